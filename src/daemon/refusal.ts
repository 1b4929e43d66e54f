/** How a handler refuses, and what statuses stand for what errors. Follows moby/moby api/server/httpstatus/status.go. */
import { type ApiError, apiError } from '../api/index';
import { type RpcCode, type RpcError, rpcText } from '../swarm/index';

/**
 * A refusal on its way from deep inside a handler to the router, which answers with it. It is the one exception of this
 * room: every handler's synchronous part, and every callback of {@link Cluster}, runs where it is caught.
 */
export class Refusal extends Error {
  constructor(readonly error: ApiError) {
    super(error.message);
  }
}

/** Ends the request with `{"message": …}`. */
export function refuse(status: number, message: string): never {
  throw new Refusal(apiError(status, message));
}

const STATUS: Readonly<Record<RpcCode, number>> = {
  InvalidArgument: 400,
  FailedPrecondition: 400,
  OutOfRange: 400,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  Unauthenticated: 401,
  Unimplemented: 501,
  Unavailable: 503,
  Unknown: 500,
  DeadlineExceeded: 500,
  Internal: 500,
  Aborted: 500,
  Canceled: 500,
};

/** What a client sees of a failed call to the cluster: the status of its code, gRPC's own text. */
export function fromRpc(error: RpcError): ApiError {
  return apiError(STATUS[error.code], rpcText(error));
}
