/**
 * A node's way to a certificate: the root, checked by the token's digest; a node id for the token; the certificate.
 * Follows moby/swarmkit ca/config.go (DownloadRootCA, CreateSecurityConfig) and ca/certificates.go.
 */

import { toHex } from '../../base/bytes';
import type { Micros } from '../../base/process';
import { fail, ok, type Result } from '../../base/result';
import { sha256 } from '../../base/sha256';
import type { Timers } from '../../sim/index';
import type { Identity } from '../node-record';
import { type Rpc, type RpcError, rpcText } from '../rpc';
import type { IssueAnswer, IssueRequest, RootAnswer, StatusAnswer, StatusRequest } from './server';
import { parseJoinToken } from './token';

const CALL_TIMEOUT: Micros = 5_000_000;
/** GetCertRetryInterval, and how often the first two steps are tried. */
const RETRY: Micros = 2_000_000;
const TRIES = 5;

/** The text of what went wrong, and the code that HTTP's status follows when it came over the wire. */
export interface JoinFailure {
  readonly message: string;
  readonly rpc: RpcError | undefined;
}

export function joinFailure(error: RpcError): JoinFailure {
  return { message: rpcText(error), rpc: error };
}

interface ClientPort {
  readonly rpc: Rpc;
  readonly timers: Timers;
  /** A manager's address, chosen anew for each try. */
  manager(): string | undefined;
}

/** One attempt to join or to renew. Give what fires under {@link RETRY_TIMER} to {@link CertificateClient.retry}. */
export const RETRY_TIMER = 'certificate retry';

export class CertificateClient {
  private again: (() => void) | undefined;

  constructor(private readonly port: ClientPort) {}

  /** A pause between two tries is over. */
  retry(): void {
    const { again } = this;
    this.again = undefined;
    again?.();
  }

  cancel(): void {
    this.again = undefined;
    this.port.timers.clear(RETRY_TIMER);
  }

  /** With a join token. */
  join(token: string, availability: string, done: (result: Result<Identity, JoinFailure>) => void): void {
    const parsed = parseJoinToken(token);
    if (!parsed) {
      done(fail({ message: 'invalid join token', rpc: undefined }));
      return;
    }
    this.root(parsed.digest, TRIES, (root) => {
      if (root.ok) this.issue({ token, availability }, TRIES, root.value, done);
      else done(root);
    });
  }

  /** By a node that has a certificate. */
  renew(identity: Identity, done: (result: Result<Identity, JoinFailure>) => void): void {
    const { certificate, digest } = identity.root;
    this.issue({ token: '', availability: '' }, 1, { certificate, digest, clusterId: identity.clusterId }, done);
  }

  private call<T>(method: string, request: unknown, done: (result: Result<T, JoinFailure>) => void): void {
    const address = this.port.manager();
    if (address === undefined) {
      done(fail({ message: 'no suitable remote manager', rpc: undefined }));
      return;
    }
    this.port.rpc.call(address, method, request, CALL_TIMEOUT, (result) =>
      done(result.ok ? ok(result.value as T) : fail(joinFailure(result.error))),
    );
  }

  /** After a failure: once more in a while, or the end. */
  private orAgain(tries: number, failure: JoinFailure, again: () => void, end: (failure: JoinFailure) => void): void {
    this.again = tries > 1 ? again : () => end(failure);
    this.port.timers.set(RETRY_TIMER, RETRY);
  }

  private root(digest: string, tries: number, done: (result: Result<RootAnswer, JoinFailure>) => void): void {
    this.call<RootAnswer>('ca.root', {}, (result) => {
      const checked = result.ok ? checkDigest(result.value, digest) : result;
      if (checked.ok) done(checked);
      else {
        this.orAgain(
          tries,
          checked.error,
          () => this.root(digest, tries - 1, done),
          (error) => done(fail(error)),
        );
      }
    });
  }

  private issue(
    request: IssueRequest,
    tries: number,
    root: RootAnswer,
    done: (result: Result<Identity, JoinFailure>) => void,
  ): void {
    const failed = (failure: JoinFailure): void => {
      if (request.token === '') done(fail(failure));
      else {
        this.orAgain(
          tries,
          failure,
          () => this.issue(request, tries - 1, root, done),
          (error) => done(fail(error)),
        );
      }
    };
    this.call<IssueAnswer>('ca.issue', request, (issued) => {
      if (!issued.ok) {
        failed(issued.error);
        return;
      }
      const { nodeId } = issued.value;
      this.call<StatusAnswer>('ca.status', { nodeId } satisfies StatusRequest, (status) => {
        if (!status.ok) failed(status.error);
        else done(ok(identityOf(nodeId, status.value, root)));
      });
    });
  }
}

function checkDigest(root: RootAnswer, expected: string): Result<RootAnswer, JoinFailure> {
  if (toHex(sha256(root.certificate)) === expected) return ok(root);
  return fail({ message: `remote CA does not match fingerprint. Expected: ${expected}`, rpc: undefined });
}

function identityOf(nodeId: string, { certificate }: StatusAnswer, root: RootAnswer): Identity {
  return Object.freeze({
    nodeId,
    role: certificate.role,
    certificate,
    root: Object.freeze({ certificate: root.certificate, digest: root.digest }),
    clusterId: root.clusterId,
  });
}
