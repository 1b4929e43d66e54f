/** How a swarm is founded. Follows moby/swarmkit node/node.go (loadSecurityConfig) and moby/moby daemon/cluster/swarm.go. */
import type { ApiError, NodeDescription, SwarmSpec, TLSInfo } from '../api/index';
import { toHex } from '../base/bytes';
import type { Micros } from '../base/process';
import type { RandomStream } from '../base/random';
import type { Result } from '../base/result';
import type { Disk } from '../sim/index';
import type { Executor } from './agent/executor';
import { newRootCA } from './ca/root';
import type { ControlApi, ControlMethod } from './control/api';
import { newUnlockKey } from './control/cluster';
import { bootstrapFirst } from './member/bootstrap';
import { mergeSpec, type NewCluster, newCertificate } from './member/cluster-objects';
import { randomRaftId } from './member/join';
import type { NodeConfig, NodeRecord } from './node-record';
import type { InitOptions, JoinOptions } from './node-types';
import { type RpcError, rpcStatus, rpcText } from './rpc';

/** 90 days: what the first node gives itself, before there are settings. */
const VALIDITY: Micros = 90 * 24 * 3600 * 1_000_000;

/** What is kept on the disk of how a node was started. */
export function configOf(options: InitOptions | JoinOptions, joinAddr: string, joinToken: string): NodeConfig {
  const { listenAddr, advertiseAddr, dataPathAddr, availability } = options;
  return Object.freeze({ listenAddr, advertiseAddr, dataPathAddr, joinAddr, joinToken, availability });
}

/** An executor whose description has what only the node knows of it. */
export function withTlsInfo(executor: Executor, tlsInfo: () => TLSInfo | undefined): Executor {
  let own: NodeDescription | undefined;
  let whole: NodeDescription | undefined;
  return {
    describe: () => {
      const description = executor.describe();
      const TLSInfo = tlsInfo();
      if (!whole || description !== own || TLSInfo !== whole.TLSInfo) {
        whole = Object.assign({}, description, { TLSInfo });
      }
      own = description;
      return whole;
    },
    configure: (configuration) => executor.configure(configuration),
    controller: (assigned) => executor.controller(assigned),
    secrets: (objects) => executor.secrets(objects),
    configs: (objects) => executor.configs(objects),
    logs: (taskId, options, line, done) => executor.logs(taskId, options, line, done),
  };
}

/** Makes the authority, the first node's identity and the first entry of the log; what its leader will write. */
export function foundCluster(
  options: InitOptions,
  record: NodeRecord,
  disk: Disk,
  random: RandomStream,
  now: Micros,
  newId: () => string,
): NewCluster {
  const rootCA = newRootCA(random, now);
  const nodeId = newId();
  const certificate = newCertificate('manager', toHex(random.bytes(20)), now, VALIDITY);
  const cluster: NewCluster = {
    id: newId(),
    rootCA,
    certificate,
    autoLock: options.autoLock,
    unlockKey: options.autoLock ? newUnlockKey(random) : '',
    availability: options.availability,
    defaultAddressPool: options.defaultAddressPool,
    subnetSize: options.subnetSize,
    dataPathPort: options.dataPathPort,
  };
  const raftId = randomRaftId((low, high) => random.integer(low, high));
  bootstrapFirst(disk, cluster.id, { raftId, nodeId, addr: options.advertiseAddr });
  record.identity = Object.freeze({
    nodeId,
    role: 'manager',
    certificate,
    root: { certificate: rootCA.certificate, digest: rootCA.digest },
    clusterId: cluster.id,
  });
  return cluster;
}

interface Controller {
  control<M extends ControlMethod>(
    method: M,
    request: ControlApi[M][0],
    done: (result: Result<ControlApi[M][1], RpcError>) => void,
  ): void;
}

/** What was given with init goes over the defaults. swarm.go, initClusterSpec. */
export function writeSpec(node: Controller, given: SwarmSpec, done: (error: ApiError | undefined) => void): void {
  const failed = (error: RpcError): void =>
    done({ status: rpcStatus(error), message: `error updating cluster settings: ${rpcText(error)}` });
  node.control('getCluster', {}, (result) => {
    if (!result.ok) {
      failed(result.error);
      return;
    }
    const { id, meta, spec } = result.value;
    const rotate = { rotateWorkerToken: false, rotateManagerToken: false, rotateUnlockKey: false };
    const request = { id, version: meta.version, spec: mergeSpec(spec, given), ...rotate };
    node.control('updateCluster', request, (updated) => (updated.ok ? done(undefined) : failed(updated.error)));
  });
}
