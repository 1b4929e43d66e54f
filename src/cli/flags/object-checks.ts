/** The checks of flags over services and containers, by `PATH FLAG` or by type (`mount`, `port`, `secret`). */
import type { Check } from './values';

export const objectChecks: readonly (readonly [string, Check])[] = [];
