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

  setPeer(member: Member): void {
    if (member.raftId === this.ownId) return;
    const peer = this.peers.get(member.raftId);
    if (peer) peer.addr = member.addr;
    else this.peers.set(member.raftId, { addr: member.addr, active: true, waitingSince: -1 });
  }

  removePeer(member: MemberId): void {
    this.peers.delete(member);
  }

  send(message: Message): void {
    const peer = this.peers.get(message.to);
    if (!peer) return;
    if (peer.waitingSince < 0) peer.waitingSince = this.ticks;
    this.scope.raft(peer.addr, message);
  }

  heard(member: MemberId): void {
    const peer = this.peers.get(member);
    if (!peer) return;
    peer.active = true;
    peer.waitingSince = -1;
  }

  /** A message came back: its machine lives, but no manager listens there. */
  refused(member: MemberId): void {
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
