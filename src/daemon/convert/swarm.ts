/** The cluster as GET /swarm and GET /info answer it. Follows moby/moby daemon/cluster/convert/swarm.go. */
import type { ClusterInfo, Swarm, SwarmSpec, TLSInfo } from '../../api/index';
import { formatMicros } from '../../base/time';
import type { ClusterObject } from '../../swarm/index';
import { refuse } from '../refusal';
import type { Reader } from '../request';
import { labelsOf } from './container-spec';
import { given, members } from './members';

const DATA_PATH_PORT = 4789;

export function clusterView(object: ClusterObject, tls: TLSInfo): ClusterInfo {
  const { spec } = object;
  return members<ClusterInfo>({
    ID: object.id,
    Version: members({ Index: object.meta.version }),
    CreatedAt: formatMicros(object.meta.createdAt),
    UpdatedAt: formatMicros(object.meta.updatedAt),
    Spec: specView(spec),
    TLSInfo: members({
      TrustRoot: given(object.rootCA.certificate),
      CertIssuerSubject: given(tls.CertIssuerSubject),
      CertIssuerPublicKey: given(tls.CertIssuerPublicKey),
    }),
    RootRotationInProgress: object.rootCA.rotationInProgress,
    DefaultAddrPool: (object.defaultAddressPool.length === 0 ? null : object.defaultAddressPool) as readonly string[],
    SubnetSize: object.subnetSize,
    DataPathPort: object.dataPathPort || DATA_PATH_PORT,
  });
}

export function swarmView(object: ClusterObject, tls: TLSInfo): Swarm {
  const { worker, manager } = object.rootCA.joinTokens;
  return Object.freeze({
    ...clusterView(object, tls),
    JoinTokens: Object.freeze({ Worker: worker, Manager: manager }),
  });
}

function specView(spec: SwarmSpec): SwarmSpec {
  const raft = spec.Raft ?? {};
  const ca = spec.CAConfig ?? {};
  return members<SwarmSpec>({
    Name: given(spec.Name),
    Labels: spec.Labels ?? Object.freeze({}),
    Orchestration: members({ TaskHistoryRetentionLimit: spec.Orchestration?.TaskHistoryRetentionLimit ?? 0 }),
    Raft: members({
      SnapshotInterval: given(raft.SnapshotInterval),
      KeepOldSnapshots: raft.KeepOldSnapshots ?? 0,
      LogEntriesForSlowFollowers: given(raft.LogEntriesForSlowFollowers),
      ElectionTick: raft.ElectionTick ?? 0,
      HeartbeatTick: raft.HeartbeatTick ?? 0,
    }),
    Dispatcher: members({ HeartbeatPeriod: given(spec.Dispatcher?.HeartbeatPeriod) }),
    CAConfig: members({
      NodeCertExpiry: given(ca.NodeCertExpiry),
      ExternalCAs: given(ca.ExternalCAs),
      ForceRotate: given(ca.ForceRotate),
    }),
    TaskDefaults: members({ LogDriver: spec.TaskDefaults?.LogDriver }),
    EncryptionConfig: members({ AutoLockManagers: spec.EncryptionConfig?.AutoLockManagers === true }),
  });
}

/** A spec as a client sent it; what is absent or 0 stays away, for the cluster's own value to stand. */
export function swarmSpec(from: Reader): SwarmSpec {
  const orchestration = from.object('Orchestration');
  const raft = from.object('Raft');
  const dispatcher = from.object('Dispatcher');
  const ca = from.object('CAConfig');
  if (ca && ca.objects('ExternalCAs').length > 0)
    refuse(400, 'external certificate authorities are not part of this playground');
  if (ca?.string('SigningCACert') || ca?.string('SigningCAKey')) {
    refuse(400, 'signing certificates of your own are not part of this playground');
  }
  return members<SwarmSpec>({
    Name: given(from.string('Name')),
    Labels: labelsOf(from),
    Orchestration: members({ TaskHistoryRetentionLimit: orchestration?.integer('TaskHistoryRetentionLimit') }),
    Raft: members({
      SnapshotInterval: given(raft?.integer('SnapshotInterval')),
      KeepOldSnapshots: raft?.integer('KeepOldSnapshots'),
      LogEntriesForSlowFollowers: given(raft?.integer('LogEntriesForSlowFollowers')),
      ElectionTick: given(raft?.integer('ElectionTick')),
      HeartbeatTick: given(raft?.integer('HeartbeatTick')),
    }),
    Dispatcher: members({ HeartbeatPeriod: given(dispatcher?.integer('HeartbeatPeriod')) }),
    CAConfig: members({
      NodeCertExpiry: given(ca?.integer('NodeCertExpiry')),
      ForceRotate: given(ca?.integer('ForceRotate')),
    }),
    TaskDefaults: Object.freeze({}),
    EncryptionConfig: members({
      AutoLockManagers: from.object('EncryptionConfig')?.boolean('AutoLockManagers') === true,
    }),
  });
}
