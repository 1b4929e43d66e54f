/** One machine's routes without a swarm, asked as a client asks. */
import type { Json } from '../../src/base/json';
import { stringify } from '../../src/base/json';
import type { ApiRequest, StreamItem } from '../../src/base/process';
import type { Exchange } from '../../src/daemon/index';
import { Router } from '../../src/daemon/router';
import { engineRoutes } from '../../src/daemon/routes/engine-routes';
import { World } from '../host/machines';

/** A request under way: what was answered so far, and the client's end of a hijacked connection. */
export class Call implements Exchange {
  status = 0;
  body: Json | undefined;
  contentType = '';
  readonly items: StreamItem[] = [];
  ended = false;
  send: (data: string) => void = () => {};
  finish: () => void = () => {};
  abort: () => void = () => {};

  constructor(readonly request: ApiRequest) {}

  answer(status: number, body?: Json): void {
    Object.assign(this, { status, body, ended: true });
  }

  stream(status: number, contentType: string): { push(item: StreamItem): void; end(): void } {
    Object.assign(this, { status, contentType });
    return {
      push: (item) => this.items.push(item),
      end: () => {
        this.ended = true;
      },
    };
  }

  onData(handler: (data: string) => void): void {
    this.send = handler;
  }

  onEnd(handler: () => void): void {
    this.finish = handler;
  }

  onAbort(handler: () => void): void {
    this.abort = handler;
  }

  /** Output of one stream, or JSON items a line each. */
  text(stream?: string): string {
    return this.items
      .map((item) => ('json' in item ? `${stringify(item.json)}\n` : stream && item.stream !== stream ? '' : item.data))
      .join('');
  }

  /** `STATUS message` or `STATUS json`. */
  get shown(): string {
    const message =
      typeof this.body === 'object' && this.body !== null ? (this.body as { message?: Json }).message : undefined;
    return `${this.status} ${message ?? (this.body === undefined ? '' : stringify(this.body))}`.trimEnd();
  }
}

export class Machine extends World {
  private readonly router = new Router(
    engineRoutes({ engine: this.engine(), now: () => this.simulation.now, isManager: () => false }),
  );

  /** `GET /containers/web/json?size=1`; nothing has happened yet but what happens at once. */
  ask(line: string, body?: unknown, options: { hijack?: boolean } = {}): Call {
    const [method, target = ''] = line.split(' ') as [ApiRequest['method'], string];
    const [path = '', search] = target.split('?');
    const query = Object.fromEntries(new URLSearchParams(search ?? ''));
    const call = new Call({ method, path, query, ...options, ...(body === undefined ? {} : { body: body as Json }) });
    this.router.serve(call);
    return call;
  }

  /** As {@link ask}, then up to a minute until it is answered. */
  get(line: string, body?: unknown): Call {
    const call = this.ask(line, body);
    for (let step = 0; step < 600 && !call.ended; step++) this.advance(100_000);
    return call;
  }

  filters(filters: { readonly [key: string]: readonly string[] }): string {
    const form = Object.entries(filters).map(([key, values]) => [
      key,
      Object.fromEntries(values.map((v) => [v, true])),
    ]);
    return `filters=${encodeURIComponent(JSON.stringify(Object.fromEntries(form)))}`;
  }
}
