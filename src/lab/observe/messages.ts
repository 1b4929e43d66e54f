/** Packets as message records: known whole when sent, so that a view interpolates and nothing is posted per frame. */
import type { Micros } from '../../base/process';
import type { MessageRecord, SceneRecorder } from '../../scene/index';
import type { Packet } from '../../sim/index';
import { raftMessage, wireName } from '../../swarm/index';
import type { World } from '../world';

/** A message is kept this long after its arrival, for views that draw it longer than it flew. */
const KEPT_AFTER: Micros = 2_000_000;
const MESSAGES_MAX = 600;

/** etcd-io/raft's names. */
const RAFT_NAMES: Record<string, string> = {
  App: 'MsgApp',
  AppResp: 'MsgAppResp',
  Vote: 'MsgVote',
  VoteResp: 'MsgVoteResp',
  Snap: 'MsgSnap',
  Heartbeat: 'MsgHeartbeat',
  HeartbeatResp: 'MsgHeartbeatResp',
  TimeoutNow: 'MsgTimeoutNow',
};

export class MessageTable {
  /** Records in the order of sending, with the instant at which they go. */
  private readonly kept: { readonly id: string; readonly until: Micros }[] = [];
  /** Control messages become records too. */
  control = false;

  constructor(
    private readonly world: World,
    private readonly recorder: SceneRecorder,
  ) {}

  packet(what: 'sent' | 'delivered' | 'lost', packet: Packet): void {
    if (what === 'delivered' || packet.from === packet.to) return;
    if (what === 'lost') this.lost(packet);
    else this.sent(packet);
  }

  private sent(packet: Packet): void {
    const raft = raftMessage(packet);
    if (!raft && !this.control) return;
    const id = `${packet.seq}`;
    const record: MessageRecord = {
      id,
      kind: raft ? 'raft' : packet.channel === 'flow' ? 'data' : 'control',
      from: packet.from,
      to: packet.to,
      what: raft
        ? (RAFT_NAMES[raft.type] ?? raft.type)
        : packet.channel === 'swarm'
          ? wireName(packet)
          : packet.channel,
      reply: raft ? raft.type.endsWith('Resp') : isReply(packet),
      refused: raft?.reject === true,
      term: raft?.term ?? 0,
      entries: raft?.entries.length ?? 0,
      sentAt: packet.sentAt,
      arrivesAt: packet.arrivesAt,
      lost: false,
      why: '',
    };
    this.recorder.put('message', record);
    this.kept.push({ id, until: packet.arrivesAt + KEPT_AFTER });
    if (this.kept.length > MESSAGES_MAX) this.recorder.remove('message', this.kept.shift()!.id);
  }

  private lost(packet: Packet): void {
    const record = this.recorder.get('message', `${packet.seq}`);
    if (!record) return;
    const off = !this.world.isOn(packet.to);
    const arrivesAt = Math.max(record.arrivesAt, record.sentAt + 250);
    this.recorder.put('message', { ...record, arrivesAt, lost: true, why: off ? `${packet.to} is off` : 'cable cut' });
  }

  /** Removes what was over long ago. */
  expire(now: Micros): void {
    while (this.kept.length > 0 && this.kept[0]!.until <= now) this.recorder.remove('message', this.kept.shift()!.id);
  }
}

function isReply(packet: Packet): boolean {
  if (packet.channel === 'swarm') return ['reply', 'refused', 'bounced'].includes(wireName(packet));
  const what = (packet.payload as { what?: string }).what;
  return what === 'answer' || what === 'item' || what === 'end';
}
