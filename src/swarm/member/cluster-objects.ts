/** What the first leader of a new swarm writes. Follows moby/swarmkit manager/manager.go, becomeLeader. */
import type { SwarmSpec } from '../../api/index';
import type { Micros } from '../../base/process';
import { NEW_META } from '../control/common';
import type { Change, ClusterObject, NetworkObject, NodeObject, RootCA } from '../objects';

/** Known before there is a store to write it to. */
export interface NewCluster {
  readonly id: string;
  readonly rootCA: RootCA;
  /** The first node's own. */
  readonly certificate: NodeObject['certificate'];
  readonly autoLock: boolean;
  readonly unlockKey: string;
  readonly availability: string;
  readonly defaultAddressPool: readonly string[];
  readonly subnetSize: number;
  readonly dataPathPort: number;
}

const SECOND = 1_000_000_000;

/** A swarm's settings before anyone changed them. Durations in nanoseconds. manager.go, defaultClusterObject. */
const DEFAULT_SPEC: SwarmSpec = {
  Name: 'default',
  Labels: {},
  Orchestration: { TaskHistoryRetentionLimit: 5 },
  Raft: {
    SnapshotInterval: 10000,
    KeepOldSnapshots: 0,
    LogEntriesForSlowFollowers: 500,
    ElectionTick: 10,
    HeartbeatTick: 1,
  },
  Dispatcher: { HeartbeatPeriod: 5 * SECOND },
  CAConfig: { NodeCertExpiry: 90 * 24 * 3600 * SECOND },
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
};

/** A spec with what is given and not zero in place of what was. moby/moby convert/swarm.go, MergeSwarmSpecToGRPC. */
export function mergeSpec(spec: SwarmSpec, given: SwarmSpec): SwarmSpec {
  const labels = given.Labels && Object.keys(given.Labels).length > 0 ? given.Labels : spec.Labels;
  return {
    Name: given.Name || spec.Name,
    Labels: labels,
    Orchestration: {
      TaskHistoryRetentionLimit:
        given.Orchestration?.TaskHistoryRetentionLimit ?? spec.Orchestration?.TaskHistoryRetentionLimit,
    },
    Raft: {
      SnapshotInterval: given.Raft?.SnapshotInterval || spec.Raft?.SnapshotInterval,
      KeepOldSnapshots: given.Raft?.KeepOldSnapshots ?? spec.Raft?.KeepOldSnapshots,
      LogEntriesForSlowFollowers: given.Raft?.LogEntriesForSlowFollowers || spec.Raft?.LogEntriesForSlowFollowers,
      ElectionTick: given.Raft?.ElectionTick || spec.Raft?.ElectionTick,
      HeartbeatTick: given.Raft?.HeartbeatTick || spec.Raft?.HeartbeatTick,
    },
    Dispatcher: { HeartbeatPeriod: given.Dispatcher?.HeartbeatPeriod || spec.Dispatcher?.HeartbeatPeriod },
    CAConfig: {
      ...spec.CAConfig,
      NodeCertExpiry: given.CAConfig?.NodeCertExpiry || spec.CAConfig?.NodeCertExpiry,
      ...(given.CAConfig?.ExternalCAs?.length ? { ExternalCAs: given.CAConfig.ExternalCAs } : {}),
    },
    TaskDefaults: spec.TaskDefaults,
    EncryptionConfig: { AutoLockManagers: given.EncryptionConfig?.AutoLockManagers ?? false },
  };
}

function clusterObject(cluster: NewCluster): ClusterObject {
  return {
    kind: 'cluster',
    id: cluster.id,
    meta: NEW_META,
    name: 'default',
    spec: { ...DEFAULT_SPEC, EncryptionConfig: { AutoLockManagers: cluster.autoLock } },
    rootCA: cluster.rootCA,
    defaultAddressPool: cluster.defaultAddressPool,
    subnetSize: cluster.subnetSize,
    dataPathPort: cluster.dataPathPort,
    unlockKey: cluster.unlockKey,
    blacklistedCertificates: [],
  };
}

/** A node without a description: its agent brings that. */
export function nodeObject(
  id: string,
  role: NodeObject['role'],
  availability: string,
  certificate: NodeObject['certificate'],
): NodeObject {
  return {
    kind: 'node',
    id,
    meta: NEW_META,
    spec: { Labels: {}, Role: role, Availability: availability || 'active' },
    role,
    certificate,
    description: undefined,
    status: { state: 'unknown', message: '', addr: '' },
    attachments: [],
  };
}

function ingress(id: string): NetworkObject {
  const spec = {
    Name: 'ingress',
    Labels: {},
    DriverConfiguration: {},
    Ingress: true,
    IPAMOptions: { Driver: {}, Configs: [] },
    Scope: 'swarm',
  };
  return { kind: 'network', id, meta: NEW_META, spec, state: undefined };
}

/** bridge and host: local networks that services may name. manager.go, newPredefinedNetwork. */
function predefined(id: string, name: string): NetworkObject {
  const spec = {
    Name: name,
    Labels: { 'com.docker.swarm.predefined': 'true' },
    DriverConfiguration: { Name: name },
    Scope: 'local',
  };
  return { kind: 'network', id, meta: NEW_META, spec, state: undefined };
}

/** The first transaction of a swarm. */
export function firstChanges(cluster: NewCluster, nodeId: string, newId: () => string): Change[] {
  return [
    clusterObject(cluster),
    nodeObject(nodeId, 'manager', cluster.availability, cluster.certificate),
    ingress(newId()),
    predefined(newId(), 'bridge'),
    predefined(newId(), 'host'),
  ].map((object) => ({ action: 'create', object }));
}

/** Serial, names and dates; keys and signatures are made when somebody reads them. */
export function newCertificate(
  role: NodeObject['role'],
  serial: string,
  now: Micros,
  validity: Micros,
): NodeObject['certificate'] {
  return { role, state: 'issued', serial, notBefore: now - 3_600_000_000, notAfter: now + validity };
}
