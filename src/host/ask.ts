/**
 * One question to a server over TCP and its answer at once: what programs in containers and dockerd itself do on their
 * way to something else. Where it lands is what a connection of a shell's program finds; it costs no time of its own.
 */
import type { Bytes } from '../base/bytes';
import type { HostEngine } from './engine';
import type { Lan } from './lan';

/** Why there is no answer. `closed`: the server hung up without one. */
export type AskFailure = { readonly failed: 'refused' | 'unreachable' | 'lost' | 'unknown host' | 'closed' };

/** Servers that ask each other in a circle end here, as their time limits would. */
const DEPTH_MAX = 8;

/** Asks as a process of the machine, or of one of its containers, would. */
export function askServer(
  engine: HostEngine,
  lan: Lan,
  containerId: string | undefined,
  name: string,
  port: number,
  data: Bytes,
): Bytes | AskFailure {
  const [address] = engine.resolve(containerId, name);
  if (address === undefined) return { failed: 'unknown host' };
  if (lan.asking >= DEPTH_MAX) return { failed: 'lost' };
  const landing = engine.connect(containerId, address, port);
  if (landing.kind === 'unreachable' || landing.kind === 'lost') return { failed: landing.kind };
  if (landing.kind !== 'container') return { failed: 'refused' };
  const { machine, localAddress, peerAddress } = landing;
  lan.asking++;
  try {
    const peer = { address: peerAddress, port: engine.random('client-port').integer(32_768, 60_999), localAddress };
    return lan.engine(machine)?.request(landing.containerId, landing.port, data, peer) ?? { failed: 'closed' };
  } finally {
    lan.asking--;
  }
}
