/** /swarm. Follows moby/moby daemon/cluster/swarm.go and api/server/router/swarm/cluster_routes.go. */
import type { ApiError, TLSInfo } from '../../api/index';
import type { Result } from '../../base/result';
import { type HostEngine, parseAddress } from '../../host/index';
import type { ClusterObject, SwarmNode } from '../../swarm/index';
import { type Cluster, noManager } from '../cluster/cluster';
import {
  checkAddressPools,
  checkDataPathPort,
  checkedAddress,
  checkLocalAddress,
  type HostInterface,
  resolveAdvertiseAddress,
  resolveDataPathAddress,
  resolveListenAddress,
} from '../cluster/listen-addr';
import { swarmSpec, swarmView } from '../convert/swarm';
import type { Exchange, Route } from '../exchange';
import { Refusal, refuse } from '../refusal';
import { bodyReader, queryBool, queryFlag, queryVersion } from '../request';
import { guarded } from '../router';
import { json } from './json';

export interface SwarmContext {
  readonly cluster: Cluster;
  readonly engine: HostEngine;
  /** The machine's real interfaces. */
  interfaces(): readonly HostInterface[];
  /** Why this dockerd takes part in no swarm. */
  readonly incompatible?: string | undefined;
}

const SWARM_EXISTS =
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';
const MUST_BE_DEFAULT = 'swarm spec must be named "default"';

export function swarmRoutes(context: SwarmContext): readonly Route[] {
  const { cluster } = context;
  return [
    { method: 'POST', path: '/swarm/init', handler: (exchange) => init(context, exchange) },
    { method: 'POST', path: '/swarm/join', handler: (exchange) => join(context, exchange) },
    {
      method: 'POST',
      path: '/swarm/leave',
      handler: (exchange) => {
        if (cluster.node.status().localNodeState === 'inactive') refuse(503, 'This node is not part of a swarm');
        cluster.node.leave(
          queryFlag(exchange.request, 'force'),
          finish(exchange, () => removeSwarmRemains(context.engine, () => exchange.answer(200))),
        );
      },
    },
    {
      method: 'GET',
      path: '/swarm',
      handler: (exchange) => {
        cluster.control(exchange, 'getCluster', {}, (object) => {
          exchange.answer(200, json(swarmView(object, issuerOf(cluster.node, object))));
        });
      },
    },
    { method: 'POST', path: '/swarm/update', handler: (exchange) => update(cluster, exchange) },
    {
      method: 'GET',
      path: '/swarm/unlockkey',
      handler: (exchange) => {
        cluster.control(exchange, 'getUnlockKey', {}, ({ unlockKey }) => {
          exchange.answer(200, { UnlockKey: unlockKey });
        });
      },
    },
    {
      method: 'POST',
      path: '/swarm/unlock',
      handler: (exchange) => {
        const key = bodyReader(exchange.request, 'UnlockRequest').string('UnlockKey') ?? '';
        const status = cluster.node.status();
        if (status.controlAvailable) refuse(409, 'swarm is not locked');
        if (status.localNodeState !== 'locked') throw new Refusal(noManager(status));
        cluster.node.unlock(
          key,
          finish(exchange, () => exchange.answer(200)),
        );
      },
    },
  ];
}

/** Goes on with the outcome of init, join and leave. */
function finish<T>(exchange: Exchange, then: (value: T) => void): (result: Result<T, ApiError>) => void {
  return (result) => {
    guarded(exchange, () => {
      if (!result.ok) throw new Refusal(result.error);
      then(result.value);
    });
  };
}

function init({ cluster, interfaces, incompatible }: SwarmContext, exchange: Exchange): void {
  const request = bodyReader(exchange.request, 'InitRequest');
  const forceNewCluster = request.boolean('ForceNewCluster') === true;
  const status = cluster.node.status();
  if (status.localNodeState !== 'inactive') {
    if (!forceNewCluster) refuse(503, SWARM_EXISTS);
    if (status.role !== 'manager') throw new Refusal(noManager({ ...status, localNodeState: 'active' }));
  }
  const listen = resolveListenAddress(checkedAddress('ListenAddr', request.string('ListenAddr') ?? ''), interfaces());
  const spec = request.object('Spec');
  if (spec && !['', 'default', undefined].includes(spec.string('Name'))) refuse(400, MUST_BE_DEFAULT);
  const advertise = resolveAdvertiseAddress(request.string('AdvertiseAddr') ?? '', listen.port, interfaces());
  const dataPathAddr = resolveDataPathAddress(request.string('DataPathAddr') ?? '', interfaces());
  checkLocalAddress(listen.host, advertise.host, interfaces());
  const subnetSize = request.integer('SubnetSize') ?? 0;
  const autoLock = request.boolean('AutoLockManagers') === true;
  if (incompatible !== undefined) refuse(500, incompatible);
  cluster.node.init(
    {
      listenAddr: `${listen.host}:${listen.port}`,
      advertiseAddr: `${advertise.host}:${advertise.port}`,
      dataPathAddr,
      defaultAddressPool: checkAddressPools(request.strings('DefaultAddrPool') ?? [], subnetSize),
      dataPathPort: checkDataPathPort(request.integer('DataPathPort') ?? 0),
      forceNewCluster,
      spec: spec ? { ...swarmSpec(spec), Name: 'default' } : { Name: 'default' },
      autoLock,
      availability: availabilityOf(request.string('Availability')),
      subnetSize,
    },
    finish(exchange, (nodeId) => exchange.answer(200, nodeId)),
  );
}

/** Follows noderunner.go, newNodeRunner: an availability is taken in any case, unknown ones are refused. */
function availabilityOf(text: string | undefined): string {
  const word = (text ?? '').toLowerCase();
  if (word === '') return 'active';
  return /^(?:active|pause|drain)$/.test(word) ? word : refuse(500, `invalid Availability: "${text}"`);
}

function join({ cluster, engine, interfaces, incompatible }: SwarmContext, exchange: Exchange): void {
  const request = bodyReader(exchange.request, 'JoinRequest');
  if (cluster.node.status().localNodeState !== 'inactive') refuse(503, SWARM_EXISTS);
  const listenAddr = checkedAddress('ListenAddr', request.string('ListenAddr') ?? '');
  const remotes = request.strings('RemoteAddrs') ?? [];
  if (remotes.length === 0) refuse(400, 'at least 1 RemoteAddr is required to join');
  const [remoteAddr] = remotes.map((remote) => resolvedAddress(engine, checkedAddress('remoteAddr', remote)));
  const listen = resolveListenAddress(listenAddr, interfaces());
  const dataPathAddr = resolveDataPathAddress(request.string('DataPathAddr') ?? '', interfaces());
  if (incompatible !== undefined) refuse(500, incompatible);
  cluster.node.join(
    {
      listenAddr: `${listen.host}:${listen.port}`,
      advertiseAddr: joinAddress(request.string('AdvertiseAddr') ?? '', listen, interfaces()),
      dataPathAddr,
      remoteAddr: remoteAddr!,
      joinToken: request.string('JoinToken') ?? '',
      availability: availabilityOf(request.string('Availability')),
    },
    finish(exchange, () => exchange.answer(200)),
  );
}

/** The address of a manager that is named. The words for an unknown name were recorded from Docker Engine 28.5. */
function resolvedAddress(engine: HostEngine, address: string): string {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  if (parseAddress(host) !== undefined) return address;
  const [found] = engine.resolve(undefined, host);
  if (found !== undefined) return `${found}${address.slice(colon)}`;
  return refuse(500, `could not find local IP address: dial udp: lookup ${host} on 192.168.0.1:53: no such host`);
}

/** One that cannot be resolved is not missed: the other side sees where the node calls from. */
function joinAddress(
  text: string,
  listen: { host: string; port: string },
  interfaces: readonly HostInterface[],
): string {
  const seen = listen.host === '0.0.0.0' ? (interfaces[0]?.addresses[0]?.address ?? '') : listen.host;
  if (text === '') return `${seen}:${listen.port}`;
  try {
    const { host, port } = resolveAdvertiseAddress(text, listen.port, interfaces);
    return `${host}:${port}`;
  } catch (error) {
    if (error instanceof Refusal) return `${seen}:${listen.port}`;
    throw error;
  }
}

function update(cluster: Cluster, exchange: Exchange): void {
  const { request } = exchange;
  const reader = bodyReader(request, 'Spec');
  const version = queryVersion(request, 'swarm');
  const flag = (name: string): boolean => queryBool(request, name, (value) => `invalid value for ${name}: ${value}`);
  const rotateWorkerToken = flag('rotateWorkerToken');
  const rotateManagerToken = flag('rotateManagerToken');
  const rotateUnlockKey = flag('rotateManagerUnlockKey');
  cluster.requireManager();
  if (!['', 'default', undefined].includes(reader.string('Name'))) refuse(400, MUST_BE_DEFAULT);
  const spec = { ...swarmSpec(reader), Name: 'default' };
  cluster.control(exchange, 'getCluster', {}, ({ id }) => {
    const wanted = { id, version, spec, rotateWorkerToken, rotateManagerToken, rotateUnlockKey };
    cluster.control(exchange, 'updateCluster', wanted, () => exchange.answer(200));
  });
}

/** Subject and key of the certificate authority, as every node has them. */
export function issuerOf(node: SwarmNode, object: ClusterObject): TLSInfo {
  const nodes = node.store()?.list('node') ?? [];
  const known = nodes.find(({ description }) => description?.TLSInfo?.TrustRoot === object.rootCA.certificate);
  return known?.description?.TLSInfo ?? {};
}

/** What the swarm left on the machine: containers of its tasks, and its networks. Follows swarm.go, Leave. */
function removeSwarmRemains(engine: HostEngine, done: () => void): void {
  const left = engine.containers.list().filter(({ service }) => service !== undefined);
  let waiting = left.length;
  const finished = (): void => {
    engine.networks.removeAllSwarm();
    done();
  };
  if (waiting === 0) finished();
  for (const { id } of left) {
    engine.lifecycle.remove(id, { force: true, volumes: false, typed: id }, () => {
      if (--waiting === 0) finished();
    });
  }
}
