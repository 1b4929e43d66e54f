/** Shapes that stand for states and roles, as paths in a box of 14 px around the origin. Shape first, colour second. */
import type { StateClass } from '../scene/index';

/** Stroked, except where {@link FILLED} says so. */
export const GLYPH: Readonly<Record<StateClass, string>> = {
  waiting: 'M-3 -4.5h6M-3 4.5h6M-2 -4.5q0 2.6 2 4.5q2 -1.9 2 -4.5M-2 4.5q0 -2.6 2 -4.5q2 1.9 2 4.5',
  progress: 'M0 -4.6a4.6 4.6 0 1 1 -4.3 3',
  running: 'M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z',
  done: 'M-4 .2l2.9 2.9L4.2 -3',
  failed: 'M-3.7 -3.7l7.4 7.4M3.7 -3.7l-7.4 7.4',
  stopped: 'M-4 0h8',
};
export const FILLED: ReadonlySet<StateClass> = new Set(['running']);

/** The crown of a leader, in a box of 14. */
export const CROWN = 'M-5.2 3.6V-3.2l2.9 2.4L0 -4.6l2.3 3.8l2.9 -2.4v6.8z';
/** The M of a manager. */
export const LETTER_M = 'M-2.7 2.9v-5.4l2.7 3.7l2.7 -3.7v5.4';
export const CROSS = 'M-4 -4l8 8M4 -4l-8 8';
export const PLUS = 'M-3 0h6M0 -3v6';
export const MINUS = 'M-3 0h6';
/** Three dots: a menu. */
export const DOTS = 'M-5 0h.01M0 0h.01M5 0h.01';

/** Colour and pattern of a service's stripe by its order of creation; none after the fifteenth. */
export function stripeClass(order: number): string {
  if (order < 0 || order >= 15) return 'stripe none';
  return `stripe service-${(order % 5) + 1} ${['solid', 'striped', 'dotted'][Math.floor(order / 5)]}`;
}
