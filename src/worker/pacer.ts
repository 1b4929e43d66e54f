/**
 * Drives a lab's console in slices of real time: the virtual clock follows the wall at the asked rate, and where the
 * processor is too slow the clock slows, never the page. Knows no worker and no timer: both are the caller's.
 *
 *   target = anchor.virtual + (wall - anchor.wall) * rate      (a new anchor whenever the pace changes or time is lost)
 */
import { assert } from '../base/assert';
import { encodeDiff } from '../scene/index';
import type { LabConsole } from './console';
import type { Frame, Input, Pace, SessionName } from './protocol';

/** Real time that one slice may use. */
const SLICE_MS = 10;
/** Between frames, unless a key waits for its echo. */
const FRAME_MS = 16;
/** A frame that says only how late it is. */
const CLOCK_MS = 500;
/** Frames on their way that the page has not worked off; the world waits for it beyond these. */
const UNSEEN_MAX = 3;
/** A backlog of real time beyond this is given up. */
const BEHIND_MS = 200;
/** How long after a key the slices are short, for the echo of a command's first answer. */
const EAGER_MS = 250;
const EAGER_SLICE_MS = 3;

/** `until settled` looks this often, and gives up after this much virtual time. */
const SETTLED_EVERY = 50_000;
const SETTLED_WITHIN = 600_000_000;
const STEP = 1_000;
const STEP_WITHIN = 1_000_000;

export interface PacerOptions {
  readonly console: LabConsole;
  /** Real milliseconds, rising. */
  readonly clock: () => number;
  readonly post: (frame: Frame, transfer: ArrayBuffer[]) => void;
  readonly pace: Pace;
  readonly sessions: readonly (readonly [SessionName, number])[];
  /** How many of the journal's inputs the page has already. */
  readonly stamped: number;
}

export class Pacer {
  private readonly console: LabConsole;
  private readonly clock: () => number;
  private readonly numbers = new Map<SessionName, number>();
  private readonly names = new Map<number, SessionName>();
  private pace: Pace;
  private visible = true;
  private anchor: { readonly virtual: number; readonly wall: number };
  private settledBy = 0;
  private slicedAt: number;
  private eagerUntil = 0;
  private behind = false;
  private frames = 0;
  private seenFrame = 0;
  private postedAt = 0;
  private taken = 0;
  private stamped: number;
  private opened: (readonly [SessionName, number])[] = [];
  private statusChanged = true;

  constructor(private readonly options: PacerOptions) {
    this.console = options.console;
    this.clock = options.clock;
    this.pace = options.pace;
    this.stamped = options.stamped;
    for (const [name, number] of options.sessions) this.bind(name, number);
    this.anchor = { virtual: this.console.now, wall: this.clock() };
    this.slicedAt = this.anchor.wall;
  }

  /** Takes an input at once and posts its echo. Inputs come in sequence; one that came before is not taken again. */
  input(sequence: number, input: Input): void {
    if (sequence <= this.taken) return;
    this.taken = sequence;
    this.statusChanged = true;
    this.eagerUntil = this.clock() + EAGER_MS;
    this.take(input);
    this.flush();
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    this.settledBy = this.console.now + SETTLED_WITHIN;
    this.reanchor();
    this.statusChanged = true;
    this.flush();
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.reanchor();
  }

  /** The page has worked off a frame. */
  seen(frame: number): void {
    this.seenFrame = Math.max(this.seenFrame, frame);
  }

  /** To the next thing that can be seen or read, at most a virtual second on. */
  step(): void {
    const end = this.console.now + STEP_WITHIN;
    while (this.console.now < end) {
      if (this.console.advance(Math.min(end, this.console.now + STEP), SLICE_MS, this.clock) === 'filter') break;
      if (this.flush()) break;
    }
    this.statusChanged = true;
    this.flush();
    this.reanchor();
  }

  /** One slice of work. Answers in how many milliseconds the next is due; undefined: not before something happens. */
  slice(): number | undefined {
    const wall = this.clock();
    // Time in which nobody worked (a page that is late, a computer that slept) is not made up for.
    if (wall - this.slicedAt > BEHIND_MS) this.reanchor();
    this.slicedAt = wall;
    if (!this.visible) return undefined;
    if (this.frames - this.seenFrame >= UNSEEN_MAX) {
      this.reanchor();
      return undefined;
    }
    if (this.console.pendingFilter() !== undefined) {
      this.reanchor();
      this.flushOnFrame();
      return undefined;
    }
    if (this.pace.untilSettled) return this.runUntilSettled();
    if (this.pace.paused) {
      this.flush();
      return undefined;
    }
    const target = this.anchor.virtual + Math.floor((wall - this.anchor.wall) * this.pace.tenths * 100);
    const end = this.console.advance(Math.max(target, this.console.now), SLICE_MS, this.clock);
    if (end === 'reached') this.setBehind(false);
    else this.fellBehind(target);
    this.flushOnFrame();
    if (end === 'budget') return 0;
    return this.clock() < this.eagerUntil ? EAGER_SLICE_MS : FRAME_MS;
  }

  private runUntilSettled(): number | undefined {
    const enough = this.clock() + SLICE_MS;
    for (;;) {
      const end = this.console.advance(this.console.now + SETTLED_EVERY, SLICE_MS, this.clock);
      if (end === 'filter') break;
      if (this.console.settled() || this.console.now >= this.settledBy) {
        this.setPace({ ...this.pace, untilSettled: false });
        break;
      }
      if (this.clock() >= enough) break;
    }
    this.flushOnFrame();
    return this.pace.paused && !this.pace.untilSettled ? undefined : 0;
  }

  private fellBehind(target: number): void {
    const late = (target - this.console.now) / (this.pace.tenths * 100);
    if (late <= BEHIND_MS) return;
    this.setBehind(true);
    this.reanchor();
  }

  private setBehind(behind: boolean): void {
    if (behind === this.behind) return;
    this.behind = behind;
    this.statusChanged = true;
  }

  private reanchor(): void {
    this.anchor = { virtual: this.console.now, wall: this.clock() };
  }

  private take(input: Input): void {
    switch (input.kind) {
      case 'open': {
        const number = this.console.open(input.host, input.columns, input.rows);
        this.bind(input.session, number);
        this.opened.push([input.session, number]);
        return;
      }
      case 'lab':
        this.console.lab(input.args, input.session === undefined ? undefined : this.numbers.get(input.session));
        return;
      case 'keys':
      case 'resize':
      case 'close':
        break;
    }
    const number = this.numbers.get(input.session);
    if (number === undefined) return;
    if (input.kind === 'keys') this.console.keys(number, input.bytes);
    else if (input.kind === 'resize') this.console.resize(number, input.columns, input.rows);
    else {
      this.console.close(number);
      this.numbers.delete(input.session);
      this.names.delete(number);
    }
  }

  private bind(name: SessionName, number: number): void {
    assert(!this.names.has(number), `the lab numbered two sessions ${number}`);
    this.numbers.set(name, number);
    this.names.set(number, name);
  }

  private flushOnFrame(): void {
    const wall = this.clock();
    const since = wall - this.postedAt;
    if (since >= CLOCK_MS) this.statusChanged = true;
    if (since >= FRAME_MS || wall < this.eagerUntil) this.flush();
  }

  /** Posts what is new, if anything is: whether it did. */
  private flush(): boolean {
    if (this.frames - this.seenFrame >= UNSEEN_MAX + 5) return false;
    const diff = this.console.takeDiff();
    const output: (readonly [SessionName, string])[] = [];
    for (const [number, bytes] of this.console.takeOutput()) {
      const name = this.names.get(number);
      if (name !== undefined && bytes !== '') output.push([name, bytes]);
    }
    if (diff === undefined && output.length === 0 && !this.statusChanged) return false;
    const packed = diff === undefined ? undefined : encodeDiff(diff);
    const stamped = this.console.inputsSince(this.stamped);
    const frame: Frame = {
      kind: 'frame',
      frame: ++this.frames,
      at: this.console.now,
      diff: packed?.diff,
      output,
      taken: this.taken,
      stamped,
      opened: this.opened,
      pace: this.pace,
      behind: this.behind,
      filtering: this.console.pendingFilter() !== undefined,
    };
    this.stamped += stamped.length;
    this.opened = [];
    this.statusChanged = false;
    this.postedAt = this.clock();
    this.options.post(frame, packed?.transfer ?? []);
    return diff !== undefined || output.length > 0;
  }
}
