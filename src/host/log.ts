/**
 * A container's log: lines with their times, the newest few thousand. A line makes a new log value that shares all
 * lines with the old one; only what lies behind an older value's end is ever added, so the disk may hold any of them.
 * Follows moby/moby daemon/logger/jsonfilelog.
 */
import type { LogEntry } from './types';

const CHUNK_LINES = 32;
/** The bound: 4,096 lines and the part-filled last chunk. */
const CHUNKS_KEPT = 128;

export interface ContainerLog {
  readonly chunks: readonly (readonly LogEntry[])[];
  /** The last chunk: its first `tailLength` lines are this log's. */
  readonly tail: LogEntry[];
  readonly tailLength: number;
}

export const EMPTY_LOG: ContainerLog = { chunks: [], tail: [], tailLength: 0 };

/** The log with one line more; the oldest chunk goes when there are too many. */
export function appendLine(log: ContainerLog, line: LogEntry): ContainerLog {
  const { chunks, tail, tailLength } = log;
  const grown = tailLength > 0 && tail.length === tailLength ? tail : tail.slice(0, tailLength);
  grown.push(line);
  if (grown.length < CHUNK_LINES) return { chunks, tail: grown, tailLength: grown.length };
  const kept = chunks.length === CHUNKS_KEPT ? chunks.slice(1) : chunks;
  return { chunks: [...kept, grown], tail: [], tailLength: 0 };
}

/** All lines that are kept, oldest first. */
export function logLines(log: ContainerLog): LogEntry[] {
  return [...log.chunks.flat(), ...log.tail.slice(0, log.tailLength)];
}

/** The last `count` lines. */
export function lastLines(log: ContainerLog, count: number): LogEntry[] {
  if (count <= log.tailLength) return log.tail.slice(log.tailLength - count, log.tailLength);
  const lines = logLines(log);
  return lines.slice(Math.max(0, lines.length - count));
}
