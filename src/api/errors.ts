/** An operating failure of the engine: made where it happens, turned into JSON by the router, printed by the client. */
export interface ApiError {
  /** HTTP status, 400 or more. */
  readonly status: number;
  /** moby's exact text. */
  readonly message: string;
}

export function apiError(status: number, message: string): ApiError {
  return { status, message };
}
