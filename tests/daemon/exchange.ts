/** A request and what came of it, without a world around it. */
import type { Json } from '../../src/base/json';
import { stringify } from '../../src/base/json';
import type { ApiRequest, StreamItem } from '../../src/base/process';
import type { Exchange } from '../../src/daemon/index';

export interface Outcome {
  status: number;
  body: Json | undefined;
  headers: Readonly<Record<string, string>>;
  items: StreamItem[];
  ended: boolean;
  answers: number;
}

export class FakeExchange implements Exchange {
  readonly outcome: Outcome = { status: 0, body: undefined, headers: {}, items: [], ended: false, answers: 0 };
  abort: () => void = () => {};

  constructor(readonly request: ApiRequest) {}

  answer(status: number, body?: Json, headers: Readonly<Record<string, string>> = {}): void {
    this.outcome.answers++;
    Object.assign(this.outcome, { status, body, headers, ended: true });
  }

  stream(status: number, contentType: string): { push(item: StreamItem): void; end(): void } {
    this.outcome.answers++;
    Object.assign(this.outcome, { status, headers: { 'Content-Type': contentType } });
    return {
      push: (item) => this.outcome.items.push(item),
      end: () => {
        this.outcome.ended = true;
      },
    };
  }

  onData(): void {}
  onEnd(): void {}
  onAbort(handler: () => void): void {
    this.abort = handler;
  }
}

/** `GET /nodes/x?y=1` with a body → the exchange. */
export function request(line: string, body?: unknown): FakeExchange {
  const [method, target] = line.split(' ') as [ApiRequest['method'], string];
  const [path, search] = target.split('?') as [string, string | undefined];
  const query = Object.fromEntries(new URLSearchParams(search ?? ''));
  return new FakeExchange({ method, path, query, ...(body === undefined ? {} : { body: body as Json }) });
}

/** `STATUS TEXT`: an error's message, or the body as JSON. */
export function shown({ outcome }: FakeExchange): string {
  const { status, body } = outcome;
  const message = typeof body === 'object' && body !== null ? (body as { message?: Json }).message : undefined;
  return `${status} ${message === undefined ? (body === undefined ? '' : stringify(body)) : message}`;
}
