/** Checks a Compose file against its schema; one complaint is told. Follows docker/cli cli/compose/schema/schema.go. */
import { parseDuration } from '../../../base/duration';
import { stringify } from '../../../base/json';
import { CliError } from '../../command';
import { parsePortSpec } from '../../options/port';
import { COMPOSE, NEWEST_MINOR, type Schema, type TypeName } from './schema';
import { type Dict, hasOtherKeys, isDict } from './yaml';

interface Problem {
  /** `services.web.ports.0`, or (root). */
  readonly field: string;
  readonly kind: 'type' | 'one-of' | 'other';
  readonly description: string;
}

/** The version that a file asks for; `3` and none are the newest. */
export function composeVersion(config: Dict): string {
  const { version } = config;
  const text = version === undefined ? '' : goText(version);
  return text === '' || text === '3' ? `3.${NEWEST_MINOR}` : text;
}

function goText(value: unknown): string {
  return value === null ? '<nil>' : Array.isArray(value) ? `[${value.map(goText).join(' ')}]` : String(value);
}

/** Throws CliError with the most specific complaint. */
export function validate(config: Dict, version: string): void {
  const minor = /^3\.(\d{1,2})$/.exec(version)?.[1];
  if (minor === undefined || Number(minor) > NEWEST_MINOR || String(Number(minor)) !== minor) {
    throw new CliError(`unsupported Compose file version: ${version}`);
  }
  if (hasOtherKeys(config)) throw new CliError('json: unsupported type: map[interface {}]interface {}');
  const problems = check(COMPOSE, config, [], Number(minor));
  if (problems.length > 0) throw new CliError(mostSpecific(problems));
}

/** The deepest complaint; among equals one about a type, else the first. */
function mostSpecific(problems: readonly Problem[]): string {
  let best = 0;
  problems.forEach((problem, at) => {
    const deeper = depth(problem) - depth(problems[best]!);
    if (deeper > 0 || (deeper === 0 && problem.kind === 'type' && problems[best]!.kind !== 'type')) best = at;
  });
  const chosen = problems[best]!;
  const child = chosen.kind === 'one-of' ? problems[best + 1] : undefined;
  return `${chosen.field} ${(child ?? chosen).description}`;
}

function depth(problem: Problem): number {
  return problem.field.split('.').length;
}

function fieldName(path: readonly string[]): string {
  return path.length === 0 ? '(root)' : path.join('.');
}

function check(schema: Schema, value: unknown, path: readonly string[], minor: number): Problem[] {
  if (schema.before && minor < schema.before.minor) return check(schema.before.schema, value, path, minor);
  const field = fieldName(path);
  const problem = (description: string): Problem => ({ field, kind: 'other', description });
  if (schema.types && !schema.types.some((type) => hasType(value, type))) {
    return [{ field, kind: 'type', description: `must be a ${typeWords(schema.types)}` }];
  }
  const problems: Problem[] = schema.oneOf ? checkOneOf(schema.oneOf, value, path, minor) : [];
  if (schema.enum && !schema.enum.includes(value as string)) {
    const allowed = schema.enum.map((word) => stringify(word)).join(', ');
    problems.push(problem(`${field} must be one of the following: ${allowed}`));
  }
  if (schema.format && !hasFormat(value, schema.format)) {
    problems.push(problem(`Does not match format '${schema.format}'`));
  }
  if (schema.minimum !== undefined && (value as number) < schema.minimum) {
    problems.push(problem(`Must be greater than or equal to ${schema.minimum}`));
  }
  if (Array.isArray(value)) problems.push(...checkList(schema, value, path, minor));
  if (isDict(value)) problems.push(...checkDict(schema, value, path, minor));
  return problems;
}

/** Of several forms none fits: those of the one that came nearest follow. */
function checkOneOf(forms: readonly Schema[], value: unknown, path: readonly string[], minor: number): Problem[] {
  let nearest: Problem[] | undefined;
  for (const form of forms) {
    const problems = check(form, value, path, minor);
    if (problems.length === 0) return [];
    if (nearest === undefined || distance(problems, path) < distance(nearest, path)) nearest = problems;
  }
  const description = 'Must validate one and only one schema (oneOf)';
  return [{ field: fieldName(path), kind: 'one-of', description }, ...(nearest ?? [])];
}

/** A form of another type is farther away than one with something wrong inside. */
function distance(problems: readonly Problem[], path: readonly string[]): number {
  const [first] = problems;
  return first!.kind === 'type' && first!.field === fieldName(path) ? 1000 : problems.length;
}

function checkList(schema: Schema, list: readonly unknown[], path: readonly string[], minor: number): Problem[] {
  const problems: Problem[] = [];
  if (schema.items) {
    list.forEach((item, at) => {
      problems.push(...check(schema.items!, item, [...path, String(at)], minor));
    });
  }
  if (schema.unique) {
    const seen = new Map<string, number>();
    list.forEach((item, at) => {
      const text = stringify(item as string, { sortKeys: true });
      const before = seen.get(text);
      if (before !== undefined) {
        const description = `array items[${before},${at}] must be unique`;
        problems.push({ field: fieldName(path), kind: 'other', description });
      } else seen.set(text, at);
    });
  }
  return problems;
}

function checkDict(schema: Schema, dict: Dict, path: readonly string[], minor: number): Problem[] {
  const field = fieldName(path);
  const problems: Problem[] = [];
  for (const name of schema.required ?? []) {
    if (dict[name] === undefined) problems.push({ field, kind: 'other', description: `${name} is required` });
  }
  for (const [key, value] of Object.entries(dict)) {
    const property = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties![key]! : undefined;
    if (property && (property.since ?? 0) <= minor) problems.push(...check(property, value, [...path, key], minor));
    else if (schema.pattern?.keys.test(key)) {
      problems.push(...check(schema.pattern.schema, value, [...path, key], minor));
    } else if (
      schema.closed &&
      minor < (schema.openSince ?? 99) &&
      !(minor >= (schema.extensions ?? 99) && key.startsWith('x-'))
    ) {
      problems.push({ field, kind: 'other', description: `Additional property ${key} is not allowed` });
    }
  }
  return problems;
}

function hasType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null || value === undefined;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isDict(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** `mapping`, `list`, `boolean or mapping`. */
function typeWords(types: readonly TypeName[]): string {
  const words = types.map((type) => (type === 'object' ? 'mapping' : type === 'array' ? 'list' : type));
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function hasFormat(value: unknown, format: 'ports' | 'duration'): boolean {
  if (format === 'ports') {
    // Of a broken number the numerator is read: it is refused later, for another reason.
    return (typeof value === 'number' && !Number.isInteger(value)) || parsePortSpec(String(value)).ok;
  }
  return typeof value === 'string' && parseDuration(value).ok;
}
