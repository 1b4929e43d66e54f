/**
 * What the bench measures, and how a line of it reads. A bar holds for the median of three runs; a bar that is missed
 * is tried once more before it counts.
 */
import { loadavg } from 'node:os';

export interface Measure {
  readonly name: string;
  readonly unit: string;
  /** Absent where a figure is only told. */
  readonly bar?: number;
  /** The figure must not be below the bar; otherwise not above it. */
  readonly atLeast?: boolean;
  /** The figures of some runs, usually three; what prepares them takes no part. */
  runs(): readonly number[] | Promise<readonly number[]>;
  /** More about the last runs. */
  note?(): string;
}

/** Three runs. */
export function thrice(run: () => number): readonly number[] {
  return [run(), run(), run()];
}

/** Milliseconds that `work` takes. */
export function timed(work: () => void): number {
  return timedBoth(work).wall;
}

/** Milliseconds of wall and of processor time that `work` takes. */
export function timedBoth(work: () => void): { readonly wall: number; readonly processor: number } {
  const before = performance.now();
  const usage = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(usage);
  return { wall: performance.now() - before, processor: (user + system) / 1000 };
}

/**
 * Milliseconds of processor time that `work` takes: for ratios, which a busy neighbour would else upset. Above the wall's
 * where the garbage collector's threads help.
 */
export function worked(work: () => void): number {
  return timedBoth(work).processor;
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Takes a measure and prints its line. True unless its bar is missed twice. */
export async function take(measure: Measure): Promise<boolean> {
  let figure = median(await measure.runs());
  if (!isMet(measure, figure)) {
    print(`${line(measure, figure)}, once more`);
    figure = median(await measure.runs());
  }
  print(line(measure, figure));
  return isMet(measure, figure);
}

function isMet({ bar, atLeast }: Measure, figure: number): boolean {
  return bar === undefined || (atLeast ? figure >= bar : figure <= bar);
}

function line(measure: Measure, figure: number): string {
  const { name, unit, bar, atLeast } = measure;
  const cells = [
    `${new Date(performance.timeOrigin + performance.now()).toISOString().slice(0, 19)}Z`,
    `load ${loadavg()[0]!.toFixed(1).padStart(4)}`,
    name.padEnd(44),
    `${shown(figure).padStart(8)} ${unit}`.padEnd(20),
  ];
  if (bar !== undefined) {
    cells.push(`bar ${atLeast ? '≥' : '≤'} ${bar} ${unit}`.padEnd(16), isMet(measure, figure) ? 'met' : 'MISSED');
  }
  const note = measure.note?.() ?? '';
  return `${cells.join('  ').trimEnd()}${note === '' ? '' : `  (${note})`}`;
}

function shown(figure: number): string {
  if (figure >= 100) return figure.toFixed(0);
  return figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
