/**
 * api: the contract of the Docker Engine API v1.50: JSON types as on the wire, errors, and a typed client whose every
 * function is a generator, so that it can be driven by the simulated world or over real HTTP.
 *
 * Invariants: values are frozen and JSON-shaped; text is made only where a request leaves the page.
 *
 * Deliberately absent: how a request is served, tables, flags.
 *
 * Start reading at client.ts. Follows moby/moby api/types and client.
 */
export { Client } from './client';
export type { LogsOptions } from './client-base';
export { type ApiError, apiError } from './errors';
export { decodeFilters, encodeFilters, type Filters, filtersOf } from './filters';
export { parseGenericResources } from './generic-resource';
export { fromGoTimestamp, parseTimestamp } from './timestamp';
export {
  type ApiStream,
  ClientError,
  ConnectionError,
  isNotFound,
  nextJson,
} from './transport';
export type * from './types';
export { ENGINE } from './version';
