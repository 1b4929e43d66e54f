/**
 * Calls between nodes, as gRPC over mutual TLS carries them: each has the caller's identity, and an error with a code.
 * A call to a dead or cut host ends by its timeout, to a live host without a listener at once (connection refused).
 */
import type { Micros } from '../base/process';
import type { Result } from '../base/result';
import type { Role } from './objects';

export type RpcCode =
  | 'Canceled'
  | 'Unknown'
  | 'InvalidArgument'
  | 'DeadlineExceeded'
  | 'NotFound'
  | 'AlreadyExists'
  | 'PermissionDenied'
  | 'FailedPrecondition'
  | 'Aborted'
  | 'OutOfRange'
  | 'Unimplemented'
  | 'Internal'
  | 'Unavailable'
  | 'Unauthenticated';

/** `message` is the description alone; {@link rpcText} adds gRPC's prefix. */
export interface RpcError {
  readonly code: RpcCode;
  readonly message: string;
}

/** `rpc error: code = X desc = Y`, the text that reaches a client. */
export function rpcText(error: RpcError): string {
  return `rpc error: code = ${error.code} desc = ${error.message}`;
}

const STATUS: { readonly [C in RpcCode]?: number } = {
  InvalidArgument: 400,
  FailedPrecondition: 400,
  OutOfRange: 400,
  Unauthenticated: 401,
  PermissionDenied: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Unimplemented: 501,
  Unavailable: 503,
};

/** The HTTP status that dockerd gives an error's code. Follows moby/moby api/server/httpstatus/status.go. */
export function rpcStatus(error: RpcError): number {
  return STATUS[error.code] ?? 500;
}

/** Who calls: from the certificate, and the source address of the connection. */
export interface Peer {
  readonly nodeId: string;
  readonly role: Role | undefined;
  readonly ip: string;
}

export type Reply<T = unknown> = (result: Result<T, RpcError>) => void;
export type RpcHandler = (request: unknown, peer: Peer, reply: Reply) => void;

export interface Rpc {
  /** Calls `method` at `address` (ip:port). `reply` is called once. Payloads are plain frozen data. */
  call(address: string, method: string, request: unknown, timeout: Micros, reply: Reply): void;
  /**
   * A one-way message of an open stream (session and assignment messages); lost with the connection. A node that
   * called is reached back over its own connection at `ip:0`, whether or not it is a manager.
   */
  push(address: string, method: string, message: unknown): void;
  /** Answers calls and pushes of `method`. A push has no reply to give; its `reply` does nothing. */
  serve(method: string, handler: RpcHandler): void;
}
