/**
 * Messages of Raft to the other members, and who of them seems to be there.
 * Follows moby/swarmkit manager/state/raft/transport/transport.go and peer.go: upstream each message is a call that is
 * acknowledged or fails within 2 s; here a message counts as delivered as soon as anything comes back.
 */
import type { MemberId, Message } from '../../raft/index';
import type { Scope } from '../endpoint';
import type { Member } from './membership';

/** A send fails after so many ticks of a second without a word. */
const SEND_TIMEOUT_TICKS = 2;

/** Asks a member where another one is reached. */
export const RESOLVE = 'raft.resolve';
const RESOLVE_TIMEOUT = 2_000_000;
export interface ResolveRequest {
  readonly raftId: MemberId;
}
interface ResolveAnswer {
  readonly addr: string;
}

interface Peer {
  addr: string;
  active: boolean;
  /** The tick of the oldest message that nothing has come back for; -1 when there is none. */
  waitingSince: number;
}

export class Transport {
  private readonly peers = new Map<MemberId, Peer>();
  private ticks = 0;

  constructor(
    private readonly scope: Scope,
    private readonly ownId: MemberId,
    /** A message to this member was lost. */
    private readonly onLost: (member: MemberId) => void,
  ) {}

  /** Members that are not yet in this one's log, and where others say that they are. */
  private readonly strangers = new Map<MemberId, string>();

  setPeer(member: Member): void {
    if (member.raftId === this.ownId) return;
    this.strangers.delete(member.raftId);
    const peer = this.peers.get(member.raftId);
    if (peer) peer.addr = member.addr;
    else this.peers.set(member.raftId, { addr: member.addr, active: true, waitingSince: -1 });
  }

  removePeer(member: MemberId): void {
    this.peers.delete(member);
  }

  send(message: Message): void {
    const peer = this.peers.get(message.to);
    if (!peer) {
      this.sendToStranger(message);
      return;
    }
    if (peer.waitingSince < 0) peer.waitingSince = this.ticks;
    this.scope.raft(peer.addr, message);
  }

  /**
   * A member whose log is behind is spoken to by members that it does not know: it asks a known one for the address.
   * Follows transport.go, sendUnknownMessage and resolvePeer.
   */
  private sendToStranger(message: Message): void {
    const known = this.strangers.get(message.to);
    if (known !== undefined) {
      if (known !== '') this.scope.raft(known, message);
      return;
    }
    const helpers = [...this.peers.values()];
    const helper = helpers.find((peer) => peer.active) ?? helpers[this.ticks % Math.max(helpers.length, 1)];
    if (!helper) return;
    this.strangers.set(message.to, '');
    this.scope.call(helper.addr, RESOLVE, { raftId: message.to }, RESOLVE_TIMEOUT, (result) => {
      if (!result.ok) {
        // Another one next time.
        helper.active = false;
        this.strangers.delete(message.to);
        return;
      }
      this.strangers.set(message.to, (result.value as ResolveAnswer).addr);
      this.send(message);
    });
  }

  heard(member: MemberId): void {
    const peer = this.peers.get(member);
    if (!peer) return;
    peer.active = true;
    peer.waitingSince = -1;
  }

  /** A message came back: its machine lives, but no manager listens there. */
  refused(member: MemberId): void {
    this.strangers.delete(member);
    const peer = this.peers.get(member);
    if (!peer) return;
    peer.active = false;
    peer.waitingSince = -1;
    this.onLost(member);
  }

  tick(): void {
    this.ticks++;
    for (const [member, peer] of this.peers) {
      if (peer.waitingSince < 0 || this.ticks - peer.waitingSince < SEND_TIMEOUT_TICKS) continue;
      peer.active = false;
      peer.waitingSince = -1;
      this.onLost(member);
    }
  }

  isActive(member: MemberId): boolean {
    return this.peers.get(member)?.active ?? false;
  }

  /** Where a member is reached. */
  address(member: MemberId): string | undefined {
    return this.peers.get(member)?.addr;
  }

  /** The members that answer, in id order. */
  active(): MemberId[] {
    return [...this.peers]
      .filter(([, peer]) => peer.active)
      .map(([member]) => member)
      .sort((a, b) => a - b);
  }
}
