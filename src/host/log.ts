/**
 * A container's log: lines with their times, the newest few thousand. A log value is never altered: a line makes a new
 * one that shares the full chunks with the old, so the disk may hold it. Follows moby/moby daemon/logger/jsonfilelog.
 */
import type { LogEntry } from './types';

const CHUNK_LINES = 32;
/** The bound: 4,096 lines and the part-filled last chunk. */
const CHUNKS_KEPT = 128;

export interface ContainerLog {
  readonly chunks: readonly (readonly LogEntry[])[];
  readonly tail: readonly LogEntry[];
  /** Lines ever written. */
  readonly written: number;
}

export const EMPTY_LOG: ContainerLog = { chunks: [], tail: [], written: 0 };

/** The log with one line more; the oldest chunk goes when there are too many. */
export function appendLine(log: ContainerLog, line: LogEntry): ContainerLog {
  const tail = [...log.tail, line];
  if (tail.length < CHUNK_LINES) return { chunks: log.chunks, tail, written: log.written + 1 };
  const kept = log.chunks.length === CHUNKS_KEPT ? log.chunks.slice(1) : log.chunks;
  return { chunks: [...kept, tail], tail: [], written: log.written + 1 };
}

/** All lines that are kept, oldest first. */
export function logLines(log: ContainerLog): LogEntry[] {
  return [...log.chunks.flat(), ...log.tail];
}

/** The last `count` lines. */
export function lastLines(log: ContainerLog, count: number): LogEntry[] {
  if (count <= log.tail.length) return log.tail.slice(log.tail.length - count);
  const lines = logLines(log);
  return lines.slice(Math.max(0, lines.length - count));
}
