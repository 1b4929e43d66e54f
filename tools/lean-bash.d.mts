export function makeBash(registry: unknown, context: unknown): unknown;
