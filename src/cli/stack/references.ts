/** The secrets and configs of a service with their ids. Follows docker/cli cli/compose/convert/service.go. */
import { type Client, type FileTarget, filtersOf } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import { compareBytes } from '../../base/natural';
import type { Process } from '../../base/process';
import { CliError } from '../command';
import { scope } from './common';
import type { ComposeConfig, ComposeFileObject, FileReference, Service } from './compose/types';
import type { StoredReferences } from './convert';

interface Wanted {
  readonly name: string;
  readonly file: FileTarget;
}

/** Sorted by name, so that the order in the file does not make another spec. */
export function* serviceReferences(
  client: Client,
  stack: string,
  service: Service,
  config: ComposeConfig,
): Process<StoredReferences> {
  const secrets = wanted('secret', stack, service.secrets ?? [], config.secrets);
  const configs = wanted('config', stack, service.configs ?? [], config.configs);
  const secretIds =
    secrets.length > 0 ? idsByName(yield* client.secretList({ filters: names(secrets) })) : new Map<string, string>();
  const found = secrets.map(({ name, file }) => ({
    File: file,
    SecretID: idOf('secret', secretIds, name),
    SecretName: name,
  }));
  const configIds =
    configs.length > 0 ? idsByName(yield* client.configList({ filters: names(configs) })) : new Map<string, string>();
  return {
    secrets: found,
    configs: configs.map(({ name, file }) => ({
      File: file,
      ConfigID: idOf('config', configIds, name),
      ConfigName: name,
    })),
  };
}

function wanted(
  noun: string,
  stack: string,
  references: readonly FileReference[],
  objects: ReadonlyMap<string, ComposeFileObject>,
): Wanted[] {
  const out: Wanted[] = [];
  for (const { source, target, uid, gid, mode } of references) {
    const object = objects.get(source);
    if (!object) throw new CliError(`undefined ${noun} ${goQuote(source)}`);
    const file = { Name: target || source, UID: uid || '0', GID: gid || '0', Mode: mode ?? 0o444 };
    const name = object.name || scope(stack, source);
    if (out.some((other) => other.file.Name === file.Name)) {
      throw new CliError(`duplicate ${noun} target for ${name} not allowed`);
    }
    out.push({ name, file });
  }
  return out.sort((a, b) => compareBytes(a.name, b.name));
}

function names(list: readonly Wanted[]) {
  return filtersOf(...list.map(({ name }) => ['name', name] as const));
}

function idsByName(
  found: readonly { readonly ID: string; readonly Spec: { readonly Name?: string } }[],
): Map<string, string> {
  return new Map(found.map((one) => [one.Spec.Name ?? '', one.ID]));
}

function idOf(noun: string, ids: ReadonlyMap<string, string>, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new CliError(`${noun} not found: ${name}`);
  return id;
}
