/** What a service reserves of user-defined resources. Follows docker/cli cli/command/service/generic_resource_opts.go. */
import { type GenericResource, parseGenericResources } from '../../api/index';
import { CliError } from '../command';
import type { Mutable } from './mutable';

/** Only numbers can be asked for. Throws CliError for everything else. */
export function genericResources(terms: readonly string[]): readonly GenericResource[] {
  const parsed = parseGenericResources(terms);
  if (!parsed.ok) throw new CliError(`invalid generic resource specification: ${parsed.error}`);
  for (const { NamedResourceSpec: named } of parsed.value) {
    if (!named) continue;
    throw new CliError(
      `invalid generic-resource request \`${named.Kind}=${named.Value}\`, ` +
        'Named Generic Resources is not supported for service create or update',
    );
  }
  return parsed.value;
}

/** The reservations after those of `add` replaced their kinds and the kinds of `remove` went. Throws CliError. */
export function changedGenericResources(
  reserved: readonly GenericResource[],
  add: readonly string[],
  remove: readonly string[],
): Mutable<GenericResource>[] {
  const kindOf = (one: GenericResource): string => one.DiscreteResourceSpec?.Kind ?? '';
  const byKind = new Map(reserved.map((one) => [kindOf(one), one]));
  for (const one of genericResources(add)) byKind.set(kindOf(one), one);
  for (const kind of remove) {
    if (!byKind.delete(kind)) throw new CliError(`could not find generic-resource \`${kind}\` to remove it`);
  }
  return [...byKind.values()];
}
