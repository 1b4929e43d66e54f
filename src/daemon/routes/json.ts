/** The API's types are JSON by construction; this is where they become the exchange's JSON. */
import type { Json } from '../../base/json';

export function json(value: object | null): Json {
  return value as Json;
}
