/** API values while a command builds them. */
import type { Json } from '../../base/json';
import { marshal } from '../template/marshal';
import { goType } from '../template/schema';

/** The same shape without its promises of immutability. */
export type Mutable<T> = T extends (infer Item)[] | readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;

/** A deep copy to change. */
export function mutableCopy<T>(value: T): Mutable<T> {
  if (Array.isArray(value)) return value.map((item) => mutableCopy(item)) as Mutable<T>;
  if (typeof value !== 'object' || value === null) return value as Mutable<T>;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mutableCopy(item)])) as Mutable<T>;
}

/** A value as Go would send it: members in the type's order, empty ones left out. */
export function canonical<T>(type: string, value: unknown): T {
  return marshal({ type: goType(type), data: value as Json }) as unknown as T;
}
