/** `${X:-y}` in the values of a Compose file. Follows docker/cli cli/compose/template, interpolation, loader. */
import { goQuote } from '../../../base/go-quote';
import { fail, ok, type Result } from '../../../base/result';
import { CliError } from '../../command';
import { type Dict, isDict } from './yaml';

export type Environment = ReadonlyMap<string, string>;

const VARIABLE = /\$(?:(\$)|([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)|\{([_a-z][_a-z0-9]*(?::?[-?][^}]*)?)\}|)/gi;

type Cast = (text: string) => Result<unknown, string>;

const toInteger: Cast = (text) =>
  /^[+-]?\d+$/.test(text) ? ok(Number(text)) : fail(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);

const toFloat: Cast = (text) =>
  text.trim() === text && text !== '' && Number.isFinite(Number(text))
    ? ok(Number(text))
    : fail(`strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);

const toBoolean: Cast = (text) => {
  if (/^(y|yes|true|on)$/i.test(text)) return ok(true);
  return /^(n|no|false|off)$/i.test(text) ? ok(false) : fail(`invalid boolean: ${text}`);
};

/** Values that are no strings, by path; * is any key. They are cast only where a variable stood. */
const CASTS: readonly (readonly [string, Cast])[] = [
  ...[
    'configs.[].mode',
    'secrets.[].mode',
    'healthcheck.retries',
    'deploy.replicas',
    'deploy.update_config.parallelism',
    'deploy.rollback_config.parallelism',
    'deploy.restart_policy.max_attempts',
    'deploy.placement.max_replicas_per_node',
    'ports.[].target',
    'ports.[].published',
    'ulimits.*',
    'ulimits.*.hard',
    'ulimits.*.soft',
    'oom_score_adj',
  ].map((path) => [`services.*.${path}`, toInteger] as const),
  ...['deploy.update_config.max_failure_ratio', 'deploy.rollback_config.max_failure_ratio'].map(
    (path) => [`services.*.${path}`, toFloat] as const,
  ),
  ...[
    'healthcheck.disable',
    'privileged',
    'read_only',
    'stdin_open',
    'tty',
    'volumes.[].read_only',
    'volumes.[].volume.nocopy',
  ].map((path) => [`services.*.${path}`, toBoolean] as const),
  ...[
    'networks.*.external',
    'networks.*.internal',
    'networks.*.attachable',
    'volumes.*.external',
    'secrets.*.external',
    'configs.*.external',
  ].map((path) => [path, toBoolean] as const),
];

/** A copy with every variable replaced. Throws CliError. */
export function interpolate(config: Dict, environment: Environment): Dict {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, walk(value, [key], environment)]));
}

function walk(value: unknown, path: readonly string[], environment: Environment): unknown {
  if (typeof value === 'string') return replaced(value, path, environment);
  if (Array.isArray(value)) return value.map((item) => walk(item, [...path, '[]'], environment));
  if (!isDict(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], environment)]));
}

function replaced(text: string, path: readonly string[], environment: Environment): unknown {
  const result = substitute(text, environment);
  if (!result.ok) {
    throw new CliError(
      `invalid interpolation format for ${path.join('.')}: ${goQuote(result.error)}; ` +
        'you may need to escape any $ with another $',
    );
  }
  if (result.value === text) return text;
  const cast = castFor(path);
  const typed = cast ? cast(result.value) : ok(result.value);
  if (typed.ok) return typed.value;
  throw new CliError(`error while interpolating ${path.join('.')}: failed to cast to expected type: ${typed.error}`);
}

function castFor(path: readonly string[]): Cast | undefined {
  for (const [pattern, cast] of CASTS) {
    const parts = pattern.split('.');
    if (parts.length === path.length && parts.every((part, at) => part === '*' || part === path[at])) return cast;
  }
  return undefined;
}

/** One text with its variables replaced; the error is the part that is wrong. */
function substitute(text: string, environment: Environment): Result<string, string> {
  let problem: string | undefined;
  const value = text.replace(VARIABLE, (_, escaped?: string, named?: string, braced?: string) => {
    if (escaped) return '$';
    const expression = named ?? braced;
    if (expression === undefined) {
      problem ??= text;
      return '';
    }
    const result = expand(expression, environment);
    if (result.ok) return result.value;
    problem ??= result.error;
    return '';
  });
  return problem === undefined ? ok(value) : fail(problem);
}

/** The first of the marks that stands anywhere in it cuts the expression, as upstream has it. */
function expand(expression: string, environment: Environment): Result<string, string> {
  const mark = [':-', '-', ':?', '?'].find((one) => expression.includes(one));
  if (mark === undefined) return ok(environment.get(expression) ?? '');
  const cut = expression.indexOf(mark);
  const name = expression.slice(0, cut);
  const rest = expression.slice(cut + mark.length);
  const value = environment.get(name);
  if (value !== undefined && (value !== '' || !mark.startsWith(':'))) return ok(value);
  return mark.endsWith('-') ? ok(rest) : fail(`required variable ${name} is missing a value: ${rest}`);
}
