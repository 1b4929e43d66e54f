/** Ids for the secrets and configs that a service names. Follows docker/cli cli/command/service/parse.go. */
import { type Client, type ConfigReference, filtersOf, type SecretReference } from '../../api/index';
import type { Process } from '../../base/process';
import { CliError } from '../command';
import { parseStored, type StoredOption } from '../options/stored';

/** What --secret flags ask for, with the ids of the secrets. */
export function* secretReferences(client: Client, flags: readonly string[]): Process<SecretReference[]> {
  const wanted = options(flags, 'secret');
  if (wanted.length === 0) return [];
  const found = yield* client.secretList({ filters: nameFilters(wanted) });
  const ids = new Map(found.map((secret) => [secret.Spec.Name ?? '', secret.ID]));
  return wanted.map(({ source, file }) => ({ File: file, SecretID: idOf(ids, source, 'secret'), SecretName: source }));
}

/** What --config flags ask for, with the ids of the configs. */
export function* configReferences(client: Client, flags: readonly string[]): Process<ConfigReference[]> {
  const wanted = options(flags, 'config');
  if (wanted.length === 0) return [];
  const found = yield* client.configList({ filters: nameFilters(wanted) });
  const ids = new Map(found.map((config) => [config.Spec.Name ?? '', config.ID]));
  return wanted.map(({ source, file }) => ({ File: file, ConfigID: idOf(ids, source, 'config'), ConfigName: source }));
}

function options(flags: readonly string[], noun: 'secret' | 'config'): StoredOption[] {
  const out: StoredOption[] = [];
  for (const flag of flags) {
    const parsed = parseStored(flag, noun);
    if (!parsed.ok) throw new CliError(parsed.error);
    const { source, file } = parsed.value;
    if (out.some((other) => other.file.Name === file.Name)) {
      throw new CliError(`duplicate ${noun} target for ${source} not allowed`);
    }
    out.push(parsed.value);
  }
  return out;
}

function nameFilters(wanted: readonly StoredOption[]) {
  return filtersOf(...wanted.map(({ source }) => ['name', source] as const));
}

function idOf(ids: ReadonlyMap<string, string>, name: string, noun: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new CliError(`${noun} not found: ${name}`);
  return id;
}
