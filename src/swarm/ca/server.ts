/**
 * The leader's certificate authority: nodes ask, the store remembers, a turn signs.
 *
 *      token ──► node object, certificate pending ──► issued
 *      renewal of a known node ──► renew ──► issued, with the role that the store says
 *
 * Follows moby/swarmkit ca/server.go.
 */

import { toHex } from '../../base/bytes';
import type { Micros } from '../../base/process';
import { fail, ok } from '../../base/result';
import type { ControlLoop, LoopContext } from '../loop';
import { newCertificate, nodeObject } from '../member/cluster-objects';
import type { Request } from '../member/turns';
import type { Change, NodeObject, ReadTx, StoreEvent } from '../objects';
import type { Peer, Reply, RpcError } from '../rpc';

/** Asked with a join token, or by a node that has a certificate and wants a new one. */
export interface IssueRequest {
  /** The last part of a token decides; '' for a renewal. */
  readonly token: string;
  readonly availability: string;
}
export interface IssueAnswer {
  readonly nodeId: string;
}
export interface StatusRequest {
  readonly nodeId: string;
}
/** A certificate is the store's record of it. */
export interface StatusAnswer {
  readonly certificate: NodeObject['certificate'];
}
export interface RootAnswer {
  readonly certificate: string;
  readonly digest: string;
  readonly clusterId: string;
}

const WEEK: Micros = 7 * 24 * 3600 * 1_000_000;
const DEFAULT_EXPIRY_NS = 90 * 24 * 3600 * 1_000_000_000;

export class CaServer implements ControlLoop {
  readonly name = 'ca';
  private readonly unsigned = new Set<string>();
  private readonly waiting = new Map<string, Reply[]>();

  constructor(
    private readonly context: LoopContext,
    private readonly submit: (request: Request) => void,
  ) {}

  start(): void {
    for (const node of this.context.store.list('node')) this.look(node);
  }

  observe(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.object.kind !== 'node') continue;
      if (event.action === 'remove') this.unsigned.delete(event.object.id);
      else this.look(event.object);
    }
  }

  timer(): void {}

  private look(node: NodeObject): void {
    if (node.certificate.state !== 'issued') {
      this.unsigned.add(node.id);
      this.context.requestTurn();
      return;
    }
    const replies = this.waiting.get(node.id);
    if (!replies) return;
    this.waiting.delete(node.id);
    for (const reply of replies) reply(ok({ certificate: node.certificate } satisfies StatusAnswer));
  }

  turn(read: ReadTx): readonly Change[] {
    const validity = Math.floor((read.cluster()?.spec.CAConfig?.NodeCertExpiry ?? DEFAULT_EXPIRY_NS) / 1000);
    const changes: Change[] = [];
    for (const id of this.unsigned) {
      const node = read.get('node', id);
      if (!node || node.certificate.state === 'issued') continue;
      const serial = toHex(this.context.random.bytes(20));
      const certificate = newCertificate(node.role, serial, this.context.now(), validity);
      changes.push({ action: 'update', object: { ...node, certificate } });
    }
    this.unsigned.clear();
    return changes;
  }

  stop(): void {
    const lost: RpcError = { code: 'Unavailable', message: 'transport is closing' };
    for (const replies of this.waiting.values()) for (const reply of replies) reply(fail(lost));
    this.waiting.clear();
  }

  // ---- what it answers

  root(reply: Reply): void {
    const cluster = this.context.store.cluster()!;
    const { certificate, digest } = cluster.rootCA;
    reply(ok({ certificate, digest, clusterId: cluster.id } satisfies RootAnswer));
  }

  issue(request: IssueRequest, peer: Peer, reply: Reply): void {
    const decide = peer.nodeId === '' ? () => this.admit(request) : () => this.renew(peer.nodeId);
    this.submit({ decide, reply } as Request);
  }

  private admit(request: IssueRequest): ReturnType<Request<IssueAnswer>['decide']> {
    const { joinTokens } = this.context.store.cluster()!.rootCA;
    const role = request.token === joinTokens.manager ? 'manager' : request.token === joinTokens.worker ? 'worker' : '';
    if (role === '') {
      return fail({ code: 'InvalidArgument', message: 'A valid join token is necessary to join this cluster' });
    }
    const id = this.context.newId();
    const certificate = { role, state: 'pending', serial: '', notBefore: 0, notAfter: 0 } as const;
    const object = nodeObject(id, role, request.availability, certificate);
    return ok({ changes: [{ action: 'create', object }], answer: () => ({ nodeId: id }) });
  }

  private renew(nodeId: string): ReturnType<Request<IssueAnswer>['decide']> {
    const node = this.context.store.get('node', nodeId);
    if (!node) {
      return fail({ code: 'NotFound', message: `node ${nodeId} not found when attempting to renew certificate` });
    }
    const object: NodeObject = { ...node, certificate: { ...node.certificate, state: 'renew' } };
    return ok({ changes: [{ action: 'update', object }], answer: () => ({ nodeId }) });
  }

  /** Answers when the node's certificate is issued. */
  status(request: StatusRequest, reply: Reply): void {
    const node = this.context.store.get('node', request.nodeId);
    if (!node) reply(fail({ code: 'NotFound', message: 'NotFound' }));
    else if (node.certificate.state === 'issued') {
      reply(ok({ certificate: node.certificate } satisfies StatusAnswer));
    } else this.waiting.set(node.id, [...(this.waiting.get(node.id) ?? []), reply]);
  }
}

/** A removed node stays on the list until a week after its certificate's end. controlapi/cluster.go. */
export function withoutExpired<T extends { readonly expiry: Micros }>(list: readonly T[], now: Micros): readonly T[] {
  return list.filter((entry) => entry.expiry + WEEK > now);
}
