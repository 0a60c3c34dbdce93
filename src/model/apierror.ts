/**
 * Why the API server did not do what was asked. `invalid` is an error of input (a 4xx about the object, and the 500
 * "failed to create typed patch object" of server-side apply); `missing` is a namespace, kind or object that is not
 * there; `conflict` is a failed precondition or another manager's field; `immutable` is a field that only a new object
 * can have another value of; `webhook` is an admission or conversion webhook that does not answer, which delays only what
 * it guards; `unavailable` is everything else that may pass.
 */
export interface ApiError {
  readonly reason: 'invalid' | 'forbidden' | 'missing' | 'conflict' | 'immutable' | 'webhook' | 'unavailable';
  /** The HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** The server's words, without secrets. */
  readonly message: string;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfter?: number;
}

/** An answer of the API server: a value, or why there is none. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };
