/**
 * The leader's queue of writers. One of them has its turn; when its changes are committed the next one has.
 *
 *      loops and requests ──► queue ──► decide from the store ──► entries of at most 200 changes ──► committed ──► next
 *
 * A turn is decided at once; its entries follow each other without other turns between them.
 * Follows moby/swarmkit manager/state/store/memory.go (Update, Batch) in effect, by another means.
 */
import { assert } from '../../base/assert';
import type { Micros } from '../../base/process';
import { fail, ok, type Result } from '../../base/result';
import type { ControlDecision } from '../control/handler';
import type { ControlLoop } from '../loop';
import type { Change } from '../objects';
import type { Reply, RpcError } from '../rpc';
import { sizeOf } from '../store/size';
import type { Store, StoreError, Transaction } from '../store/store';

/** Changes in one entry. memory.go, MaxChangesPerTransaction. */
const CHANGES_MAX = 200;
/** Bytes of one entry. memory.go, MaxTransactionBytes. */
const ENTRY_BYTES_MAX = 1_572_864;
/** A batch ends its entry here: three quarters of that. */
const BATCH_BYTES_MAX = 1_179_648;

export const LOST_LEADERSHIP: RpcError = {
  code: 'Unknown',
  message: 'raft: failed to process the request: node lost leader status',
};
const TOO_LARGE: RpcError = { code: 'Unknown', message: "raft: raft message is too large and can't be sent" };

/** A request: decided in its turn, answered when committed. */
export interface Request<T = unknown> {
  readonly decide: () => Result<ControlDecision<T>, RpcError>;
  readonly reply: Reply<T>;
}

type Writer = { readonly loop: ControlLoop } | { readonly request: Request };

interface InFlight {
  readonly transaction: Transaction;
  /** All changes of the turn, and how many of them stand in this entry or an earlier one. */
  readonly changes: readonly Change[];
  readonly upTo: number;
  /** Ids written by this turn's earlier entries. */
  readonly own: Set<string>;
  readonly done: (error: RpcError | undefined) => void;
}

export interface TurnsPort {
  readonly store: Store;
  now(): Micros;
  /** The commit index, by which versions count. */
  committed(): number;
  /** Appends an entry; false when Raft takes none now. */
  propose(transaction: Transaction): boolean;
  /** Raft takes proposals: it leads and hands nothing over. */
  isOpen(): boolean;
}

export class Turns {
  private queue: Writer[] = [];
  private readonly waiting = new Set<ControlLoop>();
  private inFlight: InFlight | undefined;

  constructor(private readonly port: TurnsPort) {}

  get isIdle(): boolean {
    return this.inFlight === undefined && this.queue.length === 0;
  }

  requestTurn(loop: ControlLoop): void {
    if (this.waiting.has(loop)) return;
    this.waiting.add(loop);
    this.queue.push({ loop });
  }

  submit(request: Request): void {
    this.queue.push({ request });
  }

  /** Gives turns until one has to wait. Whether anything was done. */
  pump(): boolean {
    let worked = false;
    while (this.inFlight === undefined && this.queue.length > 0 && this.port.isOpen()) {
      const writer = this.queue.shift()!;
      worked = true;
      if ('loop' in writer) this.turnOf(writer.loop);
      else this.answer(writer.request);
    }
    return worked;
  }

  private turnOf(loop: ControlLoop): void {
    this.waiting.delete(loop);
    const changes = loop.turn(this.port.store);
    if (changes.length === 0) return;
    this.proposeNext(changes, 0, new Set(), (error) =>
      assert(!error || error === LOST_LEADERSHIP, `${loop.name}: ${error?.message}`),
    );
  }

  private answer(request: Request): void {
    const decision = request.decide();
    if (!decision.ok) {
      request.reply(decision);
      return;
    }
    const { changes, answer } = decision.value;
    const finish = (): void => request.reply(ok(answer(this.port.store)));
    if (changes.length === 0) {
      finish();
      return;
    }
    const prepared = this.port.store.prepare(changes, this.port.committed(), this.port.now());
    if (!prepared.ok) request.reply(fail(storeError(prepared.error)));
    else if (prepared.value.size > ENTRY_BYTES_MAX) request.reply(fail(TOO_LARGE));
    else {
      const done = (error: RpcError | undefined): void => (error ? request.reply(fail(error)) : finish());
      this.propose({ transaction: prepared.value, changes, upTo: changes.length, own: new Set(), done });
    }
  }

  private proposeNext(changes: readonly Change[], from: number, own: Set<string>, done: InFlight['done']): void {
    const upTo = from + entryLength(changes, from);
    const now = from === 0 && upTo === changes.length ? changes : changes.slice(from, upTo);
    const prepared = this.port.store.prepare(now, this.port.committed(), this.port.now(), own);
    if (!prepared.ok) {
      done({ code: 'Internal', message: prepared.error.message });
      return;
    }
    if (upTo < changes.length) for (const change of now) if (change.action !== 'remove') own.add(change.object.id);
    this.propose({ transaction: prepared.value, changes, upTo, own, done });
  }

  private propose(inFlight: InFlight): void {
    this.inFlight = inFlight;
    // Not taken means that the leadership has gone in this very moment; lose() will end it.
    this.port.propose(inFlight.transaction);
  }

  /** A transaction was applied to the store; its events have been published. */
  applied(transaction: Transaction): void {
    const { inFlight } = this;
    if (inFlight?.transaction !== transaction) return;
    this.inFlight = undefined;
    const { changes, upTo, own, done } = inFlight;
    if (upTo < changes.length) this.proposeNext(changes, upTo, own, done);
    else done(undefined);
  }

  /** The leadership is gone: everyone who waits is told. What was proposed may be committed all the same. */
  lose(): void {
    const { inFlight, queue } = this;
    this.inFlight = undefined;
    this.queue = [];
    this.waiting.clear();
    inFlight?.done(LOST_LEADERSHIP);
    for (const writer of queue) if ('request' in writer) writer.request.reply(fail(LOST_LEADERSHIP));
  }
}

/** How many changes from this one on make the next entry. */
function entryLength(changes: readonly Change[], from: number): number {
  let bytes = 0;
  let count = 0;
  while (from + count < changes.length && count < CHANGES_MAX) {
    const change = changes[from + count]!;
    bytes += change.action === 'remove' ? 40 : sizeOf(change.object);
    if (count > 0 && bytes > BATCH_BYTES_MAX) break;
    count++;
  }
  return count;
}

/** What a handler did not foresee, as upstream's store says it. */
function storeError(error: StoreError): RpcError {
  return { code: 'Unknown', message: error.message };
}
