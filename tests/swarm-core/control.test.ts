import { describe, expect, test } from 'vitest';
import type { NetworkSpec, SwarmSpec } from '../../src/api/index';
import { toBase64 } from '../../src/base/bytes';
import type { ControlApi, ControlMethod } from '../../src/swarm/index';
import { rpcText } from '../../src/swarm/index';
import { must, World } from './world';

const world = new World(2);
world.form(1, 1);

/** The answer's error text, or `ok`. */
function ask<M extends ControlMethod>(method: M, request: ControlApi[M][0]): string {
  const result = world.control(1, method, request);
  return result.ok ? 'ok' : rpcText(result.error).replace('rpc error: code = ', '').replace(' desc =', ':');
}

function update(change: SwarmSpec, more: object = {}): string {
  const { id, meta, spec } = must(world.control(1, 'getCluster', {}));
  return ask('updateCluster', {
    id,
    version: meta.version,
    spec: { ...spec, ...change },
    rotateWorkerToken: false,
    rotateManagerToken: false,
    rotateUnlockKey: false,
    ...more,
  });
}

describe('the cluster', () => {
  const cases: [string, SwarmSpec, object, string][] = [
    ['task history', { Orchestration: { TaskHistoryRetentionLimit: 3 } }, {}, 'ok'],
    ['heartbeat', { Dispatcher: { HeartbeatPeriod: 10_000_000_000 } }, {}, 'ok'],
    ['snapshots', { Raft: { SnapshotInterval: 5000 } }, {}, 'ok'],
    [
      'negative heartbeat',
      { Dispatcher: { HeartbeatPeriod: -1 } },
      {},
      'InvalidArgument: heartbeat time period cannot be a negative duration',
    ],
    [
      'expiry under an hour',
      { CAConfig: { NodeCertExpiry: 3_599_000_000_000 } },
      {},
      'InvalidArgument: minimum certificate expiry time is: 1h0m0s',
    ],
    ['another name', { Name: 'mine' }, {}, 'InvalidArgument: modification of cluster name is not allowed'],
    ['an old version', {}, { version: 1 }, 'Unknown: update out of sequence'],
    [
      'a new root',
      { CAConfig: { ForceRotate: 1 } },
      {},
      'Unimplemented: rotating the root certificate is not modelled in this playground',
    ],
  ];
  test.each(cases)('%s', (_name, spec, more, expected) => {
    expect(update(spec, more)).toBe(expected);
  });

  test('keys are never shown', () => {
    const { rootCA, unlockKey } = must(world.control(1, 'getCluster', {}));
    expect([rootCA.key, unlockKey]).toEqual(['', '']);
    expect(rootCA.certificate).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });

  test('versions rise with the commit index', () => {
    const before = must(world.control(1, 'getCluster', {})).meta.version;
    const { index } = world.node(1).store()!;
    expect(update({ Labels: { a: 'b' } })).toBe('ok');
    const after = must(world.control(1, 'getCluster', {})).meta;
    expect(after.version).toBe(index);
    expect(after.version).toBeGreaterThan(before);
    expect(after.updatedAt).toBeGreaterThanOrEqual(after.createdAt);
  });
});

describe('networks', () => {
  const overlay = (spec: NetworkSpec): NetworkSpec => ({ DriverConfiguration: { Name: 'overlay' }, ...spec });
  const cases: [NetworkSpec, string][] = [
    [{ Name: 'front' }, 'ok'],
    [{ Name: 'front' }, 'Unknown: name conflicts with an existing object'],
    [{ Name: '' }, 'InvalidArgument: meta: name must be provided'],
    [{ Name: '-x' }, 'InvalidArgument: name must be valid as a DNS name component'],
    [{ Name: 'x'.repeat(64) }, 'InvalidArgument: name must be 63 characters or fewer'],
    [{ Name: 'a', Attachable: true, Ingress: true }, 'InvalidArgument: ingress network cannot be attachable'],
    [
      { Name: 'a', IPAMOptions: { Configs: [{ Subnet: 'nonsense' }] } },
      'InvalidArgument: ipam configuration: invalid subnet nonsense',
    ],
    [
      { Name: 'a', IPAMOptions: { Configs: [{ Subnet: '10.9.0.0/24', Gateway: '10.8.0.1' }] } },
      'InvalidArgument: ipam configuration: subnet 10.9.0.0/24 does not contain gateway 10.8.0.1',
    ],
    [
      { Name: 'a', IPAMOptions: { Configs: [{ Subnet: '10.9.0.0/24', Range: '10.8.0.0/28' }] } },
      'InvalidArgument: ipam configuration: subnet 10.9.0.0/24 does not contain range 10.8.0.0/28',
    ],
    [
      { Name: 'a', Labels: { 'com.docker.swarm.predefined': 'true' } },
      'PermissionDenied: label com.docker.swarm.predefined is for internally created predefined networks ' +
        'and cannot be applied by users',
    ],
  ];
  test.each(cases)('create %j', (spec, expected) => {
    expect(ask('createNetwork', { spec: overlay(spec) })).toBe(expected);
  });

  test('remove', () => {
    const all = must(world.control(1, 'listNetworks', {}));
    const id = (name: string): string => all.find(({ spec }) => spec.Name === name)!.id;
    expect(ask('removeNetwork', { id: 'nope' })).toBe('NotFound: network nope not found');
    expect(ask('removeNetwork', { id: id('bridge') })).toBe(
      `FailedPrecondition: network ${id('bridge')} (bridge) is a swarm predefined network and cannot be removed`,
    );
    expect(ask('createNetwork', { spec: overlay({ Name: 'mesh', Ingress: true }) })).toBe(
      `AlreadyExists: ingress network (${id('ingress')}) is already present`,
    );
    expect(ask('removeNetwork', { id: id('front') })).toBe('ok');
    expect(ask('removeNetwork', { id: id('ingress') })).toBe('ok');
  });
});

describe('secrets and configs', () => {
  const data = toBase64('hunter2');

  test('a secret is created once and never read back', () => {
    const created = must(world.control(1, 'createSecret', { spec: { Name: 'pw', Data: data } }));
    expect(created.spec).toEqual({ Name: 'pw' });
    expect(must(world.control(1, 'listSecrets', {})).map(({ spec }) => spec)).toEqual([{ Name: 'pw' }]);
    expect(ask('createSecret', { spec: { Name: 'PW', Data: data } })).toBe('AlreadyExists: secret PW already exists');
  });

  test('a config is read back', () => {
    const created = must(world.control(1, 'createConfig', { spec: { Name: 'site', Data: data } }));
    expect(created.spec.Data).toBe(data);
    expect(ask('createConfig', { spec: { Name: 'site', Data: data } })).toBe(
      'AlreadyExists: config site already exists',
    );
  });

  test.each([
    ['', data, 'InvalidArgument: name must be provided'],
    [
      'a b',
      data,
      'InvalidArgument: invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, ' +
        'and the start and end character must be [a-zA-Z0-9]',
    ],
    ['a.b_c', data, 'ok'],
    ['empty', '', 'InvalidArgument: secret data must be larger than 0 and less than 512000 bytes'],
    [
      'big',
      toBase64('x'.repeat(512_000)),
      'InvalidArgument: secret data must be larger than 0 and less than 512000 bytes',
    ],
  ])('secret %j', (name, payload, expected) => {
    expect(ask('createSecret', { spec: { Name: name, Data: payload } })).toBe(expected);
  });

  test('only labels change', () => {
    const secret = must(world.control(1, 'listSecrets', {})).find(({ spec }) => spec.Name === 'pw')!;
    const { id, meta } = secret;
    const request = (spec: object, version = meta.version) => ({ id, version, spec: { Name: 'pw', ...spec } });
    expect(ask('updateSecret', request({ Data: toBase64('other') }))).toBe(
      'InvalidArgument: only updates to Labels are allowed',
    );
    expect(ask('updateSecret', request({ Labels: { a: '1' } }, 1))).toBe('Unknown: update out of sequence');
    expect(ask('updateSecret', request({ Labels: { a: '1' } }))).toBe('ok');
    expect(world.node(1).store()!.byName('secret', 'pw')!.spec).toEqual({ Name: 'pw', Data: data, Labels: { a: '1' } });
  });

  test('one in use stays', () => {
    const secret = world.node(1).store()!.byName('secret', 'pw')!;
    const reference = {
      File: { Name: 'pw', UID: '0', GID: '0', Mode: 0o444 },
      SecretID: secret.id,
      SecretName: 'pw',
    };
    const service = must(
      world.control(1, 'createService', {
        spec: {
          Name: 'web',
          TaskTemplate: { ContainerSpec: { Image: 'nginx', Secrets: [reference] } },
          Mode: { Replicated: { Replicas: 0 } },
        },
      }),
    );
    expect(ask('removeSecret', { id: secret.id })).toBe(
      "InvalidArgument: secret 'pw' is in use by the following service: web",
    );
    expect(ask('removeService', { id: service.id })).toBe('ok');
    expect(ask('removeSecret', { id: secret.id })).toBe('ok');
    expect(ask('removeSecret', { id: secret.id })).toBe(`NotFound: could not find secret ${secret.id}`);
  });
});

test('a node is updated from the version that was read', () => {
  const [node] = must(world.control(1, 'listNodes', {})).filter(({ id }) => id === world.nodeId(2));
  const spec = { ...node!.spec, Availability: 'drain', Labels: { zone: 'a' } };
  expect(ask('updateNode', { id: node!.id, version: node!.meta.version, spec })).toBe('ok');
  expect(ask('updateNode', { id: node!.id, version: node!.meta.version, spec })).toBe(
    'Unknown: update out of sequence',
  );
  expect(ask('updateNode', { id: 'nope', version: 1, spec })).toBe('NotFound: node nope not found');
  expect(world.nodeLs(1)).toContain('node2 ready drain worker');
});
