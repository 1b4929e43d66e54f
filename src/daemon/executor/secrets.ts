/** The secrets and configs that this node was given, and the files that a task's container gets of them. */
import { fromBase64, fromUtf8, utf8 } from '../../base/bytes';
import type { InjectedFile } from '../../host/index';
import { type ConfigObject, expandTemplate, type SecretObject, type TaskObject } from '../../swarm/index';

/** dockerd gives the payloads' context no node. */
const NO_NODE = { hostname: '', os: '', architecture: '' };

/** In memory alone; gone from the node with the last task that uses it. */
export class Dependencies {
  private secrets = new Map<string, SecretObject>();
  private configs = new Map<string, ConfigObject>();

  setSecrets(objects: readonly SecretObject[]): void {
    this.secrets = new Map(objects.map((object) => [object.id, object]));
  }

  setConfigs(objects: readonly ConfigObject[]): void {
    this.configs = new Map(objects.map((object) => [object.id, object]));
  }

  /** The files of a task's container, or what is missing. Follows moby/moby daemon/container_operations_unix.go. */
  files(task: TaskObject): { readonly files: readonly InjectedFile[] } | { readonly error: string } {
    const spec = task.spec.ContainerSpec;
    const files: InjectedFile[] = [];
    for (const { SecretID, File } of spec?.Secrets ?? []) {
      if (!File) continue;
      const secret = this.secrets.get(SecretID);
      if (!secret) return { error: `unable to get secret from secret store: secret ${SecretID} not found` };
      const data = fromBase64(secret.spec.Data ?? '') ?? '';
      const path = File.Name.startsWith('/') ? File.Name : `/run/secrets/${File.Name}`;
      files.push({ path, mode: File.Mode, uid: File.UID, gid: File.GID, data: () => data });
    }
    for (const { ConfigID, File } of spec?.Configs ?? []) {
      if (!File) continue;
      const config = this.configs.get(ConfigID);
      if (!config) return { error: `unable to get config from config store: config ${ConfigID} not found` };
      const data = this.configData(config, task);
      if ('error' in data) return data;
      const path = File.Name.startsWith('/') ? File.Name : `/${File.Name}`;
      files.push({ path, mode: File.Mode, uid: File.UID, gid: File.GID, data: () => data.text });
    }
    return { files };
  }

  private configData(config: ConfigObject, task: TaskObject): { readonly text: string } | { readonly error: string } {
    const raw = fromBase64(config.spec.Data ?? '') ?? '';
    if (config.spec.Templating?.Name !== 'golang') return { text: raw };
    const expanded = expandTemplate(fromUtf8(raw), task, NO_NODE, {
      env: (name) => environmentOf(task).get(name) ?? '',
      secret: (target) => found(this.secretText(task, target), `secret target ${target} not found`),
      config: (target) => found(this.configText(task, target), `config target ${target} not found`),
    });
    if (expanded.ok) return { text: utf8(expanded.value) };
    return {
      error: `unable to get config from config store: failed to expand templated config ${config.id}: ${expanded.error}`,
    };
  }

  private secretText(task: TaskObject, target: string): string | undefined {
    const reference = task.spec.ContainerSpec?.Secrets?.find((secret) => secret.File?.Name === target);
    const secret = reference && this.secrets.get(reference.SecretID);
    return secret && fromUtf8(fromBase64(secret.spec.Data ?? '') ?? '');
  }

  private configText(task: TaskObject, target: string): string | undefined {
    const reference = task.spec.ContainerSpec?.Configs?.find((config) => config.File?.Name === target);
    const config = reference && this.configs.get(reference.ConfigID);
    return config && fromUtf8(fromBase64(config.spec.Data ?? '') ?? '');
  }
}

function found(text: string | undefined, otherwise: string): string {
  if (text === undefined) throw new Error(otherwise);
  return text;
}

function environmentOf(task: TaskObject): ReadonlyMap<string, string> {
  return new Map(
    (task.spec.ContainerSpec?.Env ?? []).map((text) => {
      const at = text.indexOf('=');
      return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}
