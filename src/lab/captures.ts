/**
 * Sniffers: what tcpdump and its like see of the connections of this world. A packet is told once for each cable that it
 * crosses, as it is there: plain, wrapped in VXLAN, or as ESP that nobody can read. Nothing is computed while none listens.
 */
import { type Bytes, toHex } from '../base/bytes';
import { stringify } from '../base/json';
import type { Micros, SniffedPacket } from '../base/process';
import type { Landing } from '../host/index';
import type { Place } from './kernel';
import { ByteQueue, type ReadOutcome, Stream, type Wake } from './streams';
import type { World } from './world';

/** What a sniffer that is not read keeps. */
const QUEUE_MAX = 1_000_000;
const VXLAN_PORT = 4789;

/** A connection as its client sees it. */
export interface Conversation {
  readonly place: Place;
  readonly landing: Extract<Landing, { kind: 'container' | 'refused' | 'reset' | 'host' }>;
  /** Where the client wanted to go. */
  readonly address: string;
  readonly port: number;
  readonly clientPort: number;
}

/** One packet of it. */
export interface Segment {
  readonly forward: boolean;
  readonly flags: string;
  readonly data: Bytes;
  readonly seq: number;
  readonly ack: number;
}

type Ends = Pick<SniffedPacket, 'source' | 'destination' | 'sourcePort' | 'destinationPort'>;

class CaptureStream extends Stream {
  private readonly queue = new ByteQueue();

  constructor(
    wake: Wake,
    readonly place: Place,
    readonly device: string,
    private readonly closed: (stream: CaptureStream) => void,
  ) {
    super(wake);
  }

  push(line: Bytes): void {
    if (this.queue.length > QUEUE_MAX) return;
    this.queue.push(line);
    this.changed();
  }

  override read(max: number): ReadOutcome {
    return this.queue.length === 0 ? 'wait' : { data: this.queue.take(max) };
  }

  override ready(): boolean {
    return this.queue.length > 0;
  }

  override release(): void {
    this.closed(this);
  }
}

export class Captures {
  private readonly streams = new Set<CaptureStream>();

  constructor(
    private readonly world: World,
    private readonly now: () => Micros,
  ) {}

  open(place: Place, device: string, wake: Wake): Stream {
    const stream = new CaptureStream(wake, place, device, (closed) => this.streams.delete(closed));
    this.streams.add(stream);
    return stream;
  }

  /** Whether anybody listens. */
  get active(): boolean {
    return this.streams.size > 0;
  }

  /** Tells every sniffer what it sees of a packet. */
  tell(conversation: Conversation, segment: Segment): void {
    for (const stream of this.streams)
      for (const packet of this.seen(stream, conversation, segment)) stream.push(`${stringify({ ...packet })}\n`);
  }

  private seen(stream: CaptureStream, conversation: Conversation, segment: Segment): readonly SniffedPacket[] {
    const { place, landing, address, port, clientPort } = conversation;
    const engine = this.world.host(stream.place.machine)?.daemon?.engine;
    if (!engine) return [];
    const inner = this.inner(conversation);
    const own = stream.place.container;
    if (own !== undefined && !engine.onHostNetwork(own)) {
      const id = engine.namespaceOf(own)?.id;
      const atServer = landing.kind === 'container' && landing.containerId === id;
      const atClient = place.container !== undefined && engine.namespaceOf(place.container)?.id === id;
      if (!atServer && !atClient) return [];
      const ends = atServer ? inner : { ...inner, destination: address, destinationPort: port };
      return [this.packet('eth0', ends, segment, {})];
    }
    const { device } = stream;
    const found: SniffedPacket[] = [];
    for (const cable of this.cables(conversation)) {
      if (cable.from !== stream.place.machine && cable.to !== stream.place.machine) continue;
      if (device !== 'any' && device !== 'eth0') continue;
      const [source, destination] = [this.addressOf(cable.from), this.addressOf(cable.to)];
      const overlay = landing.kind === 'container' && cable.overlay ? landing.overlay : undefined;
      if (!overlay) {
        const ends = { source, destination: cable.address, sourcePort: clientPort, destinationPort: port };
        found.push(this.packet('eth0', ends, segment, {}));
        continue;
      }
      const outer = {
        source,
        destination,
        sourcePort: 32_768 + ((clientPort * 7) % 28_000),
        destinationPort: VXLAN_PORT,
      };
      const wrapped = segment.forward ? outer : { ...outer, source: destination, destination: source };
      found.push(this.packet('eth0', inner, segment, { ...overlay, outer: wrapped }));
    }
    const home = landing.machine === stream.place.machine;
    const bridge = device === 'docker0' || device === 'docker_gwbridge' || device.startsWith('br-');
    if (home && (bridge || (device === 'any' && landing.kind === 'container'))) {
      if (landing.kind === 'container' && !landing.overlay) found.push(this.packet('docker0', inner, segment, {}));
    }
    const local = address.startsWith('127.') && place.machine === stream.place.machine;
    if (local && (device === 'lo' || device === 'any')) {
      const ends = { source: '127.0.0.1', destination: address, sourcePort: clientPort, destinationPort: port };
      found.push(this.packet('lo', ends, segment, {}));
    }
    return found;
  }

  /** The two ends as the server sees them. */
  private inner({ place, landing, address, port, clientPort }: Conversation): Ends {
    if (landing.kind === 'container') {
      return {
        source: landing.peerAddress,
        sourcePort: clientPort,
        destination: landing.localAddress || address,
        destinationPort: landing.port,
      };
    }
    return {
      source: this.addressOf(place.machine),
      sourcePort: clientPort,
      destination: address,
      destinationPort: port,
    };
  }

  /** The cables of the LAN on the way, in order. */
  private cables({
    place,
    landing,
    address,
  }: Conversation): { from: string; to: string; overlay: boolean; address: string }[] {
    const out: { from: string; to: string; overlay: boolean; address: string }[] = [];
    let at = place.machine;
    for (const hop of landing.hops) {
      if (hop.machine === at) continue;
      const overlay =
        hop.what === 'overlay' || (hop.what === 'container' && landing.kind === 'container' && !!landing.overlay);
      out.push({
        from: at,
        to: hop.machine,
        overlay,
        address: overlay ? '' : hop.what === 'host' ? hop.address : address,
      });
      at = hop.machine;
    }
    return out;
  }

  private addressOf(machine: string): string {
    return this.world.host(machine)?.address ?? '';
  }

  private packet(
    device: string,
    ends: Ends,
    segment: Segment,
    more: { readonly vni?: number; readonly encrypted?: boolean; readonly outer?: Ends },
  ): SniffedPacket {
    const { forward, flags, data, seq, ack } = segment;
    const turned = forward
      ? ends
      : {
          source: ends.destination,
          sourcePort: ends.destinationPort,
          destination: ends.source,
          destinationPort: ends.sourcePort,
        };
    const encrypted = more.encrypted === true;
    return {
      at: this.now(),
      device,
      ...turned,
      flags,
      seq,
      ack,
      length: data.length,
      hex: encrypted ? '' : toHex(data),
      ...(more.vni === undefined ? {} : { vni: more.vni, outer: { ...more.outer! } }),
      ...(encrypted ? { encrypted } : {}),
    };
  }
}
