/**
 * The page's end of the wire. Keeps every input until the worker has taken it and every input that the journal has,
 * so that a worker that dies is started anew, replays, and gets again what was held. An input that kills it twice is
 * set aside.
 */
import type { Json } from '../base/json';
import { applyDiff, decodeDiff, emptyScene, type Scene, type SceneDiff } from '../scene/index';
import type { Frame, FromWorker, Input, Journal, LabShape, Pace, Question, SessionName, ToWorker } from './protocol';

export type { Frame, Input, Journal, LabShape, Pace, Question, SessionName } from './protocol';

/** A worker, or what stands for one in a test. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: { readonly data: FromWorker }) => void) | null;
  onerror: ((event: { readonly message: string }) => void) | null;
}

export interface LinkEvents {
  /** The lab stands, for the first time or anew. */
  ready(at: number): void;
  /** Call `done` when the frame has been worked off: the worker sends at most a few ahead. */
  frame(scene: Scene, diff: SceneDiff | undefined, frame: Frame, done: () => void): void;
  /** A new worker replays from the beginning: terminals are to be cleared, they fill again. */
  restarted(why: string): void;
  /** An input that stopped the engine twice is left out from now on. */
  setAside(input: object): void;
  /** The engine stopped again and again: nothing goes on. */
  failed(why: string): void;
}

export interface LinkOptions {
  readonly shape: LabShape;
  readonly pace: Pace;
  readonly spawn: () => WorkerLike;
  readonly events: LinkEvents;
}

/** Deaths without progress after which one gives up. */
const DEATHS_MAX = 3;

export class Link {
  scene: Scene;
  private worker: WorkerLike;
  private sequence = 0;
  private held: { readonly sequence: number; readonly input: Input }[] = [];
  private head: Journal = { inputs: [], end: 0 };
  private inputs: object[] = [];
  private at: number;
  private sessions: (readonly [SessionName, number])[] = [];
  private pace: Pace;
  private deaths = 0;
  private progressed = 0;
  private control = false;
  private visible = true;
  private requests = 0;
  private readonly answers = new Map<number, (answer: Json | undefined) => void>();

  constructor(private readonly options: LinkOptions) {
    this.pace = options.pace;
    this.at = options.shape.epoch;
    this.scene = emptyScene(options.shape.epoch);
    this.worker = this.start(undefined);
  }

  /** Everything that was done so far, as a file can hold it. */
  journal(): Journal {
    return { ...this.head, inputs: [...this.inputs], end: this.at - this.options.shape.epoch };
  }

  input(input: Input): void {
    const entry = { sequence: ++this.sequence, input };
    this.held.push(entry);
    this.worker.postMessage({ kind: 'input', ...entry });
  }

  /** Whether the worker has taken everything that was put in. */
  get idle(): boolean {
    return this.held.length === 0;
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    this.worker.postMessage({ kind: 'pace', pace });
  }

  step(): void {
    this.worker.postMessage({ kind: 'step' });
  }

  watchControl(control: boolean): void {
    this.control = control;
    this.worker.postMessage({ kind: 'watch', control });
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    this.worker.postMessage({ kind: 'visible', visible });
  }

  /** Undefined when there is no such thing, or the worker died before it could answer. */
  ask(question: Question): Promise<Json | undefined> {
    const request = ++this.requests;
    return new Promise((resolve) => {
      this.answers.set(request, resolve);
      this.worker.postMessage({ kind: 'ask', request, question });
    });
  }

  dispose(): void {
    this.worker.onmessage = null;
    this.worker.onerror = null;
    this.worker.terminate();
    this.dropQuestions();
  }

  private start(journal: Journal | undefined): WorkerLike {
    const worker = this.options.spawn();
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = ({ message }) => this.died(message);
    worker.postMessage({
      kind: 'start',
      shape: this.options.shape,
      journal,
      sessions: this.sessions,
      pace: this.pace,
    });
    return worker;
  }

  private receive(message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        this.head = message.head;
        this.options.events.ready(message.at);
        return;
      case 'frame':
        this.takeFrame(message);
        return;
      case 'answer':
        this.answers.get(message.request)?.(message.answer);
        this.answers.delete(message.request);
        return;
      case 'failed':
        this.died(message.stack === '' ? message.message : message.stack);
    }
  }

  private takeFrame(frame: Frame): void {
    this.held = this.held.filter((entry) => entry.sequence > frame.taken);
    this.inputs.push(...frame.stamped);
    this.sessions.push(...frame.opened);
    this.pace = frame.pace;
    this.at = frame.at;
    this.progress();
    let diff: SceneDiff | undefined;
    if (frame.diff !== undefined) {
      diff = decodeDiff(frame.diff, this.scene);
      this.scene = applyDiff(this.scene, diff);
    }
    const { worker } = this;
    this.options.events.frame(this.scene, diff, frame, () => worker.postMessage({ kind: 'seen', frame: frame.frame }));
  }

  /** Some seconds of frames after a death count as life. */
  private progress(): void {
    if (this.deaths > 0 && ++this.progressed > 100) this.deaths = 0;
  }

  private died(why: string): void {
    this.worker.onmessage = null;
    this.worker.onerror = null;
    this.worker.terminate();
    this.dropQuestions();
    this.deaths++;
    this.progressed = 0;
    if (this.deaths > DEATHS_MAX) {
      this.options.events.failed(why);
      return;
    }
    if (this.deaths > 1) this.dropSuspect();
    this.options.events.restarted(why);
    this.scene = emptyScene(this.options.shape.epoch);
    this.worker = this.start(this.inputs.length === 0 ? undefined : this.journal());
    if (!this.visible) this.worker.postMessage({ kind: 'visible', visible: false });
    if (this.control) this.worker.postMessage({ kind: 'watch', control: true });
    for (const entry of this.held) this.worker.postMessage({ kind: 'input', ...entry });
  }

  /** What was on its way when the engine stopped twice; without such, what the journal has last. */
  private dropSuspect(): void {
    const held = this.held.shift();
    const suspect = held === undefined ? this.inputs.pop() : held.input;
    if (suspect !== undefined) this.options.events.setAside(suspect);
  }

  private dropQuestions(): void {
    for (const answer of this.answers.values()) answer(undefined);
    this.answers.clear();
  }
}
