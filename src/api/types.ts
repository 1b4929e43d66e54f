/**
 * The JSON of the Engine API v1.50, as on the wire: names and optionality of moby/moby api/docs/v1.50.yaml and api/types.
 * A spec is the user's words, so all of it may be absent; what the engine answers is always there unless marked.
 * Instants are RFC 3339 strings with nanoseconds, durations integers of nanoseconds, sizes bytes.
 */

export type * from './engine-types';
export type * from './swarm-types';
