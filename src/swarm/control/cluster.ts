/** The cluster's settings, tokens and unlock key. Follows moby/swarmkit manager/controlapi/cluster.go. */
import type { SwarmSpec } from '../../api/index';
import { toBase64 } from '../../base/bytes';
import type { RandomStream } from '../../base/random';
import { fail, ok } from '../../base/result';
import { withoutExpired } from '../ca/server';
import { newJoinToken } from '../ca/token';
import type { ClusterObject } from '../objects';
import type { RpcError } from '../rpc';
import type { ControlHandlers } from './handler';

/** 1 h, in nanoseconds. ca/certificates.go, MinNodeCertExpiration. */
const MIN_EXPIRY_NS = 3_600_000_000_000;

/** `SWMKEY-1-` and 32 random bytes in base64 without padding. manager/encryption/encryption.go. */
export function newUnlockKey(random: RandomStream): string {
  return `SWMKEY-1-${toBase64(random.bytes(32)).replace(/=+$/, '')}`;
}

function invalid(message: string): RpcError {
  return { code: 'InvalidArgument', message };
}

/** What may not be asked of a swarm. cluster.go, validateClusterSpec and ca_rotation.go. */
function refusal(spec: SwarmSpec, cluster: ClusterObject): RpcError | undefined {
  const expiry = spec.CAConfig?.NodeCertExpiry ?? 0;
  if (expiry !== 0 && expiry < MIN_EXPIRY_NS) return invalid('minimum certificate expiry time is: 1h0m0s');
  if ((spec.Dispatcher?.HeartbeatPeriod ?? 0) < 0) {
    return invalid('heartbeat time period cannot be a negative duration');
  }
  if (spec.Name !== 'default') return invalid('modification of cluster name is not allowed');
  const rotates = (spec.CAConfig?.ForceRotate ?? 0) !== cluster.rootCA.lastForcedRotation;
  if (rotates || spec.CAConfig?.SigningCACert || spec.CAConfig?.SigningCAKey || spec.CAConfig?.ExternalCAs?.length) {
    return { code: 'Unimplemented', message: 'rotating the root certificate is not modelled in this playground' };
  }
  return undefined;
}

/**
 * Never the keys. cluster.go, redactClusters: the pool in use is filled in where the list is nil, which it is once it
 * has been read back; the manager that made the swarm still has the client's empty list (seen on 28.5).
 */
function redacted(cluster: ClusterObject, isFounder: boolean): ClusterObject {
  const redactions = isFounder ? foundersRedactions : othersRedactions;
  const answer = redactions.get(cluster);
  if (answer) return answer;
  const isDefault = cluster.defaultAddressPool.length === 0 && !isFounder;
  const fresh = Object.freeze({
    ...cluster,
    rootCA: { ...cluster.rootCA, key: '' },
    unlockKey: '',
    defaultAddressPool: isDefault ? ['10.0.0.0/8'] : cluster.defaultAddressPool,
    subnetSize: isDefault ? 24 : cluster.subnetSize,
    dataPathPort: cluster.dataPathPort || 4789,
  });
  redactions.set(cluster, fresh);
  return fresh;
}
const foundersRedactions = new WeakMap<ClusterObject, ClusterObject>();
const othersRedactions = new WeakMap<ClusterObject, ClusterObject>();

function nextUnlockKey(cluster: ClusterObject, isLocked: boolean, rotate: boolean, random: RandomStream): string {
  if (!isLocked) return '';
  return cluster.unlockKey === '' || rotate ? newUnlockKey(random) : cluster.unlockKey;
}

/** `isFounder`: this manager made the swarm and has run since. */
export function clusterControl(
  random: RandomStream,
  isFounder: boolean,
): ControlHandlers<'getCluster' | 'updateCluster' | 'getUnlockKey'> {
  return {
    getCluster: ({ read }) => {
      const cluster = read.cluster();
      if (!cluster) return fail({ code: 'NotFound', message: 'cluster not found' });
      return ok({ changes: [], answer: () => redacted(cluster, isFounder) });
    },
    getUnlockKey: ({ read }) => ok({ changes: [], answer: () => ({ unlockKey: read.cluster()?.unlockKey ?? '' }) }),
    updateCluster: ({ read, now }, request) => {
      const cluster = read.cluster();
      if (!cluster || cluster.id !== request.id) {
        return fail({ code: 'NotFound', message: `cluster ${request.id} not found` });
      }
      const error = refusal(request.spec, cluster);
      if (error) return fail(error);
      if (request.version !== cluster.meta.version) return fail({ code: 'Unknown', message: 'update out of sequence' });
      const { joinTokens, digest } = cluster.rootCA;
      const isLocked = request.spec.EncryptionConfig?.AutoLockManagers ?? false;
      const object: ClusterObject = {
        ...cluster,
        spec: request.spec,
        rootCA: {
          ...cluster.rootCA,
          joinTokens: {
            worker: request.rotateWorkerToken ? newJoinToken(digest, random) : joinTokens.worker,
            manager: request.rotateManagerToken ? newJoinToken(digest, random) : joinTokens.manager,
          },
        },
        unlockKey: nextUnlockKey(cluster, isLocked, request.rotateUnlockKey, random),
        blacklistedCertificates: withoutExpired(cluster.blacklistedCertificates, now()),
      };
      return ok({ changes: [{ action: 'update', object }], answer: (after) => redacted(after.cluster()!, isFounder) });
    },
  };
}
