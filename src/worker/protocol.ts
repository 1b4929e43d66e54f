/**
 * What passes between the page and its worker. Plain data both ways.
 *
 *   page ──▶ start, input (kept until acknowledged), pace, watch, ask, seen
 *   worker ──▶ ready, frame (acknowledged by `seen`; what is not yet seen is squashed into the next), answer, failed
 */
import type { Bytes } from '../base/bytes';
import type { Json } from '../base/json';
import type { Micros } from '../base/process';
import type { WireDiff } from '../scene/index';

/** What a new lab is made of. With a journal, the lab is replayed to its end before it goes live. */
export interface LabShape {
  readonly seed: number;
  /** The first instant, microseconds since the Unix epoch. */
  readonly epoch: Micros;
  readonly nodes: number;
}

/** Names a terminal session between page and worker; the page chooses it, and never twice. */
export type SessionName = string;

/** What the person does. */
export type Input =
  | {
      readonly kind: 'open';
      readonly session: SessionName;
      readonly host: string;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: 'keys'; readonly session: SessionName; readonly bytes: Bytes }
  | { readonly kind: 'resize'; readonly session: SessionName; readonly columns: number; readonly rows: number }
  | { readonly kind: 'close'; readonly session: SessionName }
  /** An act on the physical world; its line is shown dimmed in the session, where one is given. */
  | { readonly kind: 'lab'; readonly args: readonly string[]; readonly session: SessionName | undefined };

/** How the virtual clock goes. Speed is ten times the rate, so that a tenth is a whole number. */
export interface Pace {
  readonly paused: boolean;
  /** Virtual microseconds a real microsecond, times ten: 1 is 1/10x, 10 is 1x, 600 is 60x. */
  readonly tenths: number;
  /** Going as fast as it can until the world is settled; then paused or as before. */
  readonly untilSettled: boolean;
}

export type ToWorker =
  | {
      readonly kind: 'start';
      readonly shape: LabShape;
      readonly journal: Journal | undefined;
      /** Of the sessions that the journal opens: the page's name and the lab's number. */
      readonly sessions: readonly (readonly [SessionName, number])[];
      readonly pace: Pace;
    }
  | { readonly kind: 'input'; readonly sequence: number; readonly input: Input }
  | { readonly kind: 'pace'; readonly pace: Pace }
  /** Goes on to the next thing that can be seen, at most one virtual second; only while paused. */
  | { readonly kind: 'step' }
  /** Kinds of message to be told of besides Raft's. */
  | { readonly kind: 'watch'; readonly control: boolean }
  /** A hidden page is sent nothing and its clock stands. */
  | { readonly kind: 'visible'; readonly visible: boolean }
  | { readonly kind: 'ask'; readonly request: number; readonly question: Question }
  | { readonly kind: 'seen'; readonly frame: number };

/** Questions change nothing and are in no journal. */
export type Question =
  | { readonly what: 'inspect'; readonly table: string; readonly id: string }
  | { readonly what: 'digest' };

export interface Frame {
  readonly kind: 'frame';
  readonly frame: number;
  /** Virtual now. */
  readonly at: Micros;
  readonly diff: WireDiff | undefined;
  /** What terminals print, in order. */
  readonly output: readonly (readonly [SessionName, Bytes])[];
  /** Every input up to this sequence number has been taken. */
  readonly taken: number;
  /** What the journal has more since the last frame: inputs with their instants. */
  readonly stamped: readonly object[];
  /** Sessions opened since the last frame, with the lab's number. */
  readonly opened: readonly (readonly [SessionName, number])[];
  readonly pace: Pace;
  /** The clock cannot keep the pace that is asked for. */
  readonly behind: boolean;
  /** A text filter is being fetched or is at work: the clock stands. */
  readonly filtering: boolean;
}

/** A lab as a file: everything that was done to it, and what it was made of. */
export interface Journal {
  readonly inputs: readonly object[];
  /** The instant at which it was taken, microseconds from the epoch. */
  readonly end: Micros;
}

export type FromWorker =
  /** The lab stands; `at` is its first instant, or the end of the journal. `head` is the journal without inputs. */
  | { readonly kind: 'ready'; readonly at: Micros; readonly head: Journal }
  | Frame
  | { readonly kind: 'answer'; readonly request: number; readonly answer: Json | undefined }
  /** A bug in the engine: the world has stopped. */
  | { readonly kind: 'failed'; readonly message: string; readonly stack: string };
