/**
 * A node's certificate over time: renewed in the sixth to eighth tenth of its validity, and when the role changes.
 * Follows moby/swarmkit ca/renewer.go.
 */
import type { Micros } from '../../base/process';
import type { RandomStream } from '../../base/random';
import type { Timers } from '../../sim/index';
import type { Identity, NodeRecord } from '../node-record';
import type { Role } from '../objects';
import type { CertificateClient } from './client';

const SECOND: Micros = 1_000_000;
/** A new certificate is asked for so long after the role has changed. */
const PAUSE = SECOND / 2;
const RETRY = 5 * SECOND;

export interface RenewalPort {
  readonly record: NodeRecord;
  readonly timers: Timers;
  readonly random: RandomStream;
  now(): Micros;
  client(): CertificateClient;
  /** There is a new certificate; `previous` is the role in the one before. */
  onRenewed(identity: Identity, previous: Role): void;
}

export class Renewal {
  constructor(private readonly port: RenewalPort) {}

  /** Sets the time of the next renewal. Follows ca/config.go, calculateRandomExpiry. */
  schedule({ certificate }: Identity): void {
    const validity = certificate.notAfter - certificate.notBefore;
    const at = certificate.notBefore + Math.floor(validity / 100) * this.port.random.integer(50, 80);
    this.port.timers.set('expiry', Math.max(at - this.port.now(), SECOND));
  }

  /** The store's role of this node, as its session tells it. */
  sawRole(role: Role): void {
    const { identity } = this.port.record;
    if (identity && role !== identity.role && !this.port.timers.has('renew')) this.port.timers.set('renew', PAUSE);
  }

  /** Whether the timer is one of its own. */
  timer(name: string): boolean {
    if (name !== 'renew' && name !== 'expiry') return false;
    this.renew();
    return true;
  }

  private renew(): void {
    const { identity } = this.port.record;
    if (!identity) return;
    this.port.client().renew(identity, (result) => {
      if (!result.ok) {
        this.port.timers.set('renew', RETRY);
        return;
      }
      this.port.record.identity = result.value;
      this.schedule(result.value);
      this.port.onRenewed(result.value, identity.role);
    });
  }
}
