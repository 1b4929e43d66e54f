/** What travels in packets of channel 'swarm'. All of it is plain data, for machines to read and for views to draw. */
import type { Result } from '../base/result';
import type { Message } from '../raft/index';
import type { Packet } from '../sim/index';
import type { Role } from './objects';
import type { RpcError } from './rpc';

/** The certificate that a connection shows; undefined before a node has one. */
export interface Credentials {
  readonly nodeId: string;
  readonly role: Role;
  /** Digest of the root that signed it: another swarm's certificates are not accepted. */
  readonly root: string;
}

interface Addressed {
  /** 0 is the other end of a connection that the receiver opened. */
  readonly port: number;
  readonly ip: string;
  readonly credentials: Credentials | undefined;
}

/**
 * Classes, as are packets: where thousands of the same were under way at once, V8 makes a literal's objects in the old
 * space from then on, where each is a piece of garbage that keeps what it points at.
 */
export class CallWire implements Addressed {
  readonly kind = 'call';

  constructor(
    readonly id: number,
    readonly port: number,
    readonly ip: string,
    readonly credentials: Credentials | undefined,
    readonly method: string,
    readonly request: unknown,
  ) {}
}
export interface PushWire extends Addressed {
  readonly kind: 'push';
  readonly method: string;
  readonly request: unknown;
}
export interface RaftWire extends Addressed {
  readonly kind: 'raft';
  readonly message: Message;
}
export class ReplyWire {
  readonly kind = 'reply';

  constructor(
    readonly id: number,
    readonly result: Result<unknown, RpcError>,
  ) {}
}
/** Nobody listens there, or the certificate is another swarm's. */
interface RefusedWire {
  readonly kind: 'refused';
  readonly id: number;
  readonly tls: boolean;
}
/** A message of Raft that could not be handed over, or whose sender was removed. */
interface BouncedWire {
  readonly kind: 'bounced';
  readonly message: Message;
  readonly why: 'refused' | 'removed';
}

export type Wire = CallWire | PushWire | RaftWire | ReplyWire | RefusedWire | BouncedWire;

/** The message of Raft in a packet, if it is one. */
export function raftMessage(packet: Packet): Message | undefined {
  const wire = packet.payload as Wire;
  return packet.channel === 'swarm' && wire.kind === 'raft' ? wire.message : undefined;
}

/** Method of a call or push, `reply`, `refused`, or the type of a message of Raft: a packet's name in pictures. */
export function wireName(packet: Packet): string {
  const wire = packet.payload as Wire;
  if (wire.kind === 'call' || wire.kind === 'push') return wire.method;
  return wire.kind === 'raft' ? wire.message.type : wire.kind;
}
