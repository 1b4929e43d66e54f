/** What programs ask of the machine or container that they run on. All of it is plain JSON. */
import type { Micros } from './process';

/** An interface of the machine or container, as ip(8) shows it. */
export interface InterfaceFact {
  readonly index: number;
  readonly name: string;
  /** The other end of a veth pair (`eth0@if12`): its index. */
  readonly peer?: number;
  readonly mac: string;
  readonly mtu: number;
  readonly up: boolean;
  /** The bridge it is a port of. */
  readonly master?: string;
  /** A VXLAN device: its number. */
  readonly vxlan?: number;
  /** IPv4, in order. */
  readonly addresses: readonly { readonly address: string; readonly prefix: number; readonly broadcast?: string }[];
  /** IPv6, in order; that of the link is last. */
  readonly addresses6?: readonly { readonly address: string; readonly prefix: number; readonly scope: string }[];
}

export interface RouteFact {
  /** `default` or ADDRESS/PREFIX. */
  readonly destination: string;
  readonly gateway?: string;
  readonly device: string;
  /** The source address of the kernel's own routes. */
  readonly source?: string;
  /** Its device has no carrier. */
  readonly down?: boolean;
}

/** Who is known on a link: `ip neigh`, arp. `state` as ip(8) says it: REACHABLE, PERMANENT. */
export interface NeighbourFact {
  readonly address: string;
  readonly mac: string;
  readonly device: string;
  readonly state: string;
}

/** Where a VXLAN device sends frames: `bridge fdb`. `via` is '' for a port of this machine. */
export interface ForwardFact {
  readonly mac: string;
  readonly device: string;
  readonly via: string;
}

export interface ProcessFact {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  /** The whole command line. */
  readonly command: string;
  readonly started: Micros;
  /** `pts/0`, absent without a terminal. */
  readonly terminal?: string;
}

/** A packet as a sniffer sees it. */
export interface SniffedPacket {
  readonly at: Micros;
  readonly device: string;
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** TCP's: `S`, `S.`, `.`, `P.`, `F.`, `R.`. */
  readonly flags: string;
  readonly seq: number;
  readonly ack: number;
  /** Of its payload. */
  readonly length: number;
  /** The payload, in hexadecimal digits; '' where it cannot be read. */
  readonly hex: string;
  /** Of an overlay: wrapped in VXLAN between two machines. */
  readonly vni?: number;
  readonly outer?: {
    readonly source: string;
    readonly sourcePort: number;
    readonly destination: string;
    readonly destinationPort: number;
  };
  /** As ESP: only the machines show. */
  readonly encrypted?: boolean;
}

/** Facts about the machine or container that a program runs on (uname, ip, ps, free, id). All of it is plain JSON. */
export interface SystemFacts {
  readonly hostname: string;
  readonly interfaces: readonly InterfaceFact[];
  readonly routes: readonly RouteFact[];
  readonly neighbours: readonly NeighbourFact[];
  readonly forwards: readonly ForwardFact[];
  readonly processes: readonly ProcessFact[];
  /** Bytes. */
  readonly memory: { readonly total: number; readonly used: number };
  /** `kernel` as uname -r, `os` as uname -o, `version` as uname -v; `booted` is when it was switched on. */
  readonly machine: {
    readonly kernel: string;
    readonly version: string;
    readonly os: string;
    readonly architecture: string;
    readonly cores: number;
    readonly booted: Micros;
  };
  /** 0 to 2^31 - 1, from the machine's own stream of chance. */
  readonly random: number;
  /** Of the process that asks. */
  readonly pid: number;
}

export type SystemQuery = keyof SystemFacts;
