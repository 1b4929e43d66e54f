/** Reading what a client sent: untrusted, so of any shape. Every mismatch is a 400 in dockerd's words. */
import { decodeFilters, type Filters } from '../api/index';
import type { Json } from '../base/json';
import type { ApiRequest } from '../base/process';
import { refuse } from './refusal';

/** A JSON object whose members have not been looked at yet. */
export type Fields = { readonly [key: string]: Json | undefined };

export function query(request: ApiRequest, name: string): string {
  return request.query?.[name] ?? '';
}

/** Follows moby/moby api/server/httputils/form.go, BoolValue. */
export function queryFlag(request: ApiRequest, name: string): boolean {
  const value = query(request, name).trim().toLowerCase();
  return !(value === '' || value === '0' || value === 'no' || value === 'false' || value === 'none');
}

/** Go's strconv.ParseBool; absent is false. `refusal` gets the error's tail. */
export function queryBool(request: ApiRequest, name: string, refusal: (value: string) => string): boolean {
  const value = query(request, name);
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(?:|0|f|F|FALSE|false|False)$/.test(value)) return false;
  return refuse(400, refusal(value));
}

/** `version` of an update: the store's index that the client read. `what`: swarm, node, service. */
export function queryVersion(request: ApiRequest, what: string): number {
  const value = query(request, 'version');
  if (/^\d+$/.test(value) && Number(value) <= Number.MAX_SAFE_INTEGER) return Number(value);
  const cause = /^\d+$/.test(value) ? 'value out of range' : 'invalid syntax';
  return refuse(400, `invalid ${what} version '${value}': strconv.ParseUint: parsing "${value}": ${cause}`);
}

/** The request's filters; malformed ones and unknown keys are refused. `accepted` in any order. */
export function queryFilters(request: ApiRequest, accepted: readonly string[]): Filters {
  const filters = decodeFilters(query(request, 'filters'));
  if (!filters) return refuse(400, 'invalid filter');
  for (const key of [...filters.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    if (!accepted.includes(key)) refuse(400, `invalid filter '${key}'`);
  }
  return filters;
}

/** The body as an object; none at all is an empty one, as dockerd reads it. */
function body(request: ApiRequest): Fields {
  const value = request.body;
  if (value === undefined || value === null) return {};
  return object(value, 'value');
}

// ---------------------------------------------------------------- members of a body

const GO_KIND = { string: 'string', number: 'number', boolean: 'bool' } as const;

function mismatch(value: Json, wanted: string, field: string): never {
  const kind = Array.isArray(value)
    ? 'array'
    : typeof value === 'object'
      ? 'object'
      : GO_KIND[typeof value as 'string'];
  const where = field === 'value' ? 'Go value' : `Go struct field ${field}`;
  return refuse(400, `invalid JSON: json: cannot unmarshal ${kind} into ${where} of type ${wanted}`);
}

function object(value: Json, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return mismatch(value, 'object', field);
  return value as Fields;
}

/**
 * One object of a body and where it stands, for the words of a refusal. Absent and null members read as undefined;
 * a member of the wrong type ends the request with 400.
 */
export class Reader {
  constructor(
    private readonly fields: Fields,
    private readonly where: string,
  ) {}

  private at(name: string): Json | undefined {
    const value = this.fields[name];
    return value === null ? undefined : value;
  }

  has(name: string): boolean {
    return this.at(name) !== undefined;
  }

  /** Its members' names, in the order sent. */
  names(): readonly string[] {
    return Object.keys(this.fields);
  }

  /** `type` is Go's name of its type. */
  string(name: string, type = 'string'): string | undefined {
    const value = this.at(name);
    return value === undefined || typeof value === 'string' ? value : mismatch(value, type, this.path(name));
  }

  /** A whole number: nanoseconds, bytes. */
  integer(name: string): number | undefined {
    return this.whole(name, 'int64', () => true);
  }

  /** A whole number that is not negative: counts; ports are of 32 bits. */
  unsigned(name: string, bits: 32 | 64 = 64): number | undefined {
    return this.whole(name, `uint${bits}`, (value) => value >= 0 && value < 2 ** bits);
  }

  private whole(name: string, type: string, fits: (value: number) => boolean): number | undefined {
    const value = this.at(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number') return mismatch(value, type, this.path(name));
    if (Number.isInteger(value) && fits(value)) return value;
    return refuse(
      400,
      `invalid JSON: json: cannot unmarshal number ${value} into Go struct field ${this.path(name)} of type ${type}`,
    );
  }

  float(name: string): number | undefined {
    const value = this.at(name);
    return value === undefined || typeof value === 'number' ? value : mismatch(value, 'float32', this.path(name));
  }

  boolean(name: string): boolean | undefined {
    const value = this.at(name);
    return value === undefined || typeof value === 'boolean' ? value : mismatch(value, 'bool', this.path(name));
  }

  strings(name: string): readonly string[] | undefined {
    const value = this.at(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) return mismatch(value, '[]string', this.path(name));
    return value.map((item: Json) => (typeof item === 'string' ? item : mismatch(item, 'string', this.path(name))));
  }

  /** A list of whole numbers; none where it is absent. */
  numbers(name: string): readonly number[] {
    const value = this.at(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) return mismatch(value, '[]int', this.path(name));
    return value.map((item: Json) => (Number.isInteger(item) ? Number(item) : mismatch(item, 'int', this.path(name))));
  }

  /** Keys in byte order, as Go writes maps. */
  labels(name: string): { readonly [key: string]: string } | undefined {
    const value = this.at(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) {
      return mismatch(value, 'map[string]string', this.path(name));
    }
    const entries = Object.entries(value as Fields).map(([key, item]): [string, string] => {
      if (item === null || item === undefined) return [key, ''];
      return [key, typeof item === 'string' ? item : mismatch(item, 'string', `${this.path(name)}.${key}`)];
    });
    return Object.freeze(Object.fromEntries(entries.sort((a, b) => (a[0] < b[0] ? -1 : 1))));
  }

  object(name: string): Reader | undefined {
    const value = this.at(name);
    return value === undefined ? undefined : new Reader(object(value, this.path(name)), this.path(name));
  }

  objects(name: string): readonly Reader[] {
    const value = this.at(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) return mismatch(value, '[]object', this.path(name));
    return value.map((item: Json) => new Reader(object(item, this.path(name)), this.path(name)));
  }

  private path(name: string): string {
    return this.where === '' ? name : `${this.where}.${name}`;
  }
}

/** The body, to be read member by member; `type` is the Go type's name. */
export function bodyReader(request: ApiRequest, type: string): Reader {
  return new Reader(body(request), type);
}
