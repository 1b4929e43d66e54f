/** What all parts of the client share: options, queries and the words of an instant. */
import { now, type Process } from '../base/process';
import { encodeFilters, type Filters, NO_FILTERS } from './filters';
import { fromGoTimestamp } from './timestamp';
import { ClientError, Transport } from './transport';

export interface ListOptions {
  readonly filters?: Filters;
}

/** `since` and `until` are the user's words: a Go duration back from now, RFC 3339, a date or Unix seconds. */
export interface LogsOptions {
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly timestamps?: boolean;
  readonly details?: boolean;
  readonly follow?: boolean;
  /** `all` or a number of lines. */
  readonly tail?: string;
}

export interface ServiceOptions {
  /** Ask the registry for the digest of the image and pin it. */
  readonly queryRegistry?: boolean;
  readonly registryAuth?: string;
}

export interface ServiceUpdateOptions extends ServiceOptions {
  /** `spec` or `previous-spec`. */
  readonly registryAuthFrom?: string;
  /** `previous` takes the service back to its previous spec. */
  readonly rollback?: string;
}

export interface SwarmUpdateFlags {
  readonly rotateWorkerToken: boolean;
  readonly rotateManagerToken: boolean;
  readonly rotateManagerUnlockKey: boolean;
}

/** `t` in seconds. */
export interface StopOptions {
  readonly timeout?: number;
  readonly signal?: string;
}

export const flag = (on: boolean | undefined): string | undefined => (on ? '1' : undefined);
export const word = (text: string | undefined): string | undefined => (text ? text : undefined);

/** The id or name without blanks around it; an empty one is refused before anything is sent. */
export function trimId(kind: string, id: string): string {
  const trimmed = id.trim();
  if (trimmed === '') throw new ClientError(`invalid ${kind} name or ID: value is empty`);
  return trimmed;
}

export function listQuery(options: ListOptions | undefined): { filters: string | undefined } {
  const filters = options?.filters ?? NO_FILTERS;
  return { filters: filters.size === 0 ? undefined : encodeFilters(filters) };
}

export function stopQuery(options: StopOptions): Record<string, string | undefined> {
  return { signal: word(options.signal), t: options.timeout === undefined ? undefined : String(options.timeout) };
}

export function auth(registryAuth: string | undefined): { headers?: Record<string, string> } {
  return registryAuth ? { headers: { 'X-Registry-Auth': registryAuth } } : {};
}

export class ClientBase {
  protected readonly transport: Transport;

  /** `unix:///var/run/docker.sock` or `tcp://HOST:PORT`. */
  constructor(readonly endpoint: string) {
    this.transport = new Transport(endpoint);
  }

  protected *logsQuery(options: LogsOptions): Process<Record<string, string | undefined>> {
    return {
      details: flag(options.details),
      follow: flag(options.follow),
      since: yield* this.timestamp('since', options.since),
      stderr: flag(options.stderr),
      stdout: flag(options.stdout),
      tail: options.tail ?? '',
      timestamps: flag(options.timestamps),
    };
  }

  /** The user's words of an instant as the API takes them. */
  protected *timestamp(what: string, text: string | undefined): Process<string | undefined> {
    if (text === undefined || text === '') return undefined;
    const stamp = fromGoTimestamp(text, yield* now());
    if (stamp !== undefined) return stamp;
    // Only requests for logs say which of the two it was.
    const which = what === '' ? '' : `invalid value for "${what}": `;
    throw new ClientError(`${which}failed to parse value as time or duration: "${text}"`);
  }
}
