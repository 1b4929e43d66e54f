/** Requests from outside the world (the real docker CLI): their openings and bytes are inputs, their answers outputs. */
import type { Json } from '../base/json';
import type { StreamItem } from '../base/process';
import type { Input } from './journal';
import type { World } from './world';

/** Where answers go. Called while the world stands at the instant of the answer. */
export interface GatewayOutputs {
  answer(connection: number, status: number, body: Json | undefined, headers: Readonly<Record<string, string>>): void;
  stream(connection: number, status: number, contentType: string): void;
  item(connection: number, item: StreamItem): void;
  end(connection: number): void;
  /** The host went off. */
  reset(connection: number): void;
}

interface OpenRequest {
  readonly host: string;
  onData: ((data: string) => void) | undefined;
  onEnd: (() => void) | undefined;
  onAbort: (() => void) | undefined;
  early: string;
  ended: boolean;
}

export class Gateway {
  private readonly open = new Map<number, OpenRequest>();

  constructor(
    private readonly world: World,
    private readonly outputs: GatewayOutputs | undefined,
  ) {}

  input(input: Input): void {
    if (input.kind === 'request') {
      this.begin(input);
      return;
    }
    if (!('connection' in input)) return;
    const request = this.open.get(input.connection);
    if (!request) return;
    if (input.kind === 'request-data') {
      if (request.onData) request.onData(input.data);
      else request.early += input.data;
    } else if (input.kind === 'request-end') {
      request.ended = true;
      request.onEnd?.();
    } else {
      this.open.delete(input.connection);
      request.onAbort?.();
    }
  }

  /** The host or its dockerd is off: its connections break. */
  lost(host: string): void {
    for (const [connection, request] of [...this.open]) {
      if (request.host !== host) continue;
      this.open.delete(connection);
      this.outputs?.reset(connection);
      if (this.world.isOn(host)) request.onAbort?.();
    }
  }

  private begin(input: Extract<Input, { kind: 'request' }>): void {
    const { connection, host } = input;
    if (!this.world.isUp(host)) {
      this.outputs?.reset(connection);
      return;
    }
    const request: OpenRequest = {
      host,
      onData: undefined,
      onEnd: undefined,
      onAbort: undefined,
      early: '',
      ended: false,
    };
    this.open.set(connection, request);
    const live = (): boolean => this.open.get(connection) === request;
    this.world.serve(host, {
      request: input.request,
      answer: (status, body, headers = {}) => {
        if (live()) this.outputs?.answer(connection, status, body, headers);
        this.open.delete(connection);
      },
      stream: (status, contentType) => {
        if (live()) this.outputs?.stream(connection, status, contentType);
        return {
          push: (item) => {
            if (live()) this.outputs?.item(connection, item);
          },
          end: () => {
            if (live()) this.outputs?.end(connection);
            this.open.delete(connection);
          },
        };
      },
      onData: (handler) => {
        request.onData = handler;
        if (request.early !== '') handler(request.early);
        request.early = '';
      },
      onEnd: (handler) => {
        request.onEnd = handler;
        if (request.ended) handler();
      },
      onAbort: (handler) => {
        request.onAbort = handler;
      },
    });
  }
}
