import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/index';
import { type Json, stringify } from '../../src/base/json';
import { parseMicros } from '../../src/base/time';
import { serviceView, serviceViewWithDefaults } from '../../src/daemon/convert/service';
import { serviceSpec } from '../../src/daemon/convert/service-spec';
import { Refusal } from '../../src/daemon/refusal';
import { Reader } from '../../src/daemon/request';
import type { ServiceObject } from '../../src/swarm/index';

/** Answers recorded from Docker Engine 28.5. */
function recorded<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T;
}

function stored(spec: unknown): ReturnType<typeof serviceSpec> {
  return serviceSpec(new Reader(spec as { [key: string]: Json }, 'ServiceSpec'), () => 'random_name');
}

function objectOf(service: Service): ServiceObject {
  const { Endpoint } = service;
  return {
    kind: 'service',
    id: service.ID,
    meta: {
      version: service.Version.Index,
      createdAt: parseMicros(service.CreatedAt)!,
      updatedAt: parseMicros(service.UpdatedAt)!,
    },
    spec: stored(service.Spec),
    specVersion: 1,
    previousSpec: service.PreviousSpec && stored(service.PreviousSpec),
    previousSpecVersion: undefined,
    endpoint:
      Object.keys(Endpoint.Spec).length === 0
        ? undefined
        : {
            spec: Endpoint.Spec,
            ports: Endpoint.Ports ?? [],
            virtualIPs: (Endpoint.VirtualIPs ?? []).map(({ NetworkID, Addr }) => ({
              networkId: NetworkID,
              addr: Addr ?? '',
            })),
          },
    updateStatus: service.UpdateStatus && {
      state: service.UpdateStatus.State!,
      startedAt: parseMicros(service.UpdateStatus.StartedAt!)!,
      completedAt: undefined,
      message: service.UpdateStatus.Message ?? '',
    },
    jobStatus: undefined,
  };
}

/** Engine times have nanoseconds, the world's microseconds. */
function rounded(value: unknown): string {
  return stringify(value as Json).replace(
    /(T\d\d:\d\d:\d\d\.\d{6})\d*Z/g,
    (_, stamp: string) => `${stamp.replace(/0+$/, '')}Z`,
  );
}

describe('a spec is stored as it is answered', () => {
  it.each(['service-web', 'service-updated'])('%s keeps every member and its order', (name) => {
    const service = recorded<Service>(name);
    expect(stringify(stored(service.Spec) as unknown as Json)).toBe(stringify(service.Spec as unknown as Json));
  });

  it('fills in what the user left out', () => {
    expect(stored({ TaskTemplate: { ContainerSpec: { Image: 'nginx' } } })).toEqual({
      Name: 'random_name',
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: 'nginx', Isolation: 'default' }, ForceUpdate: 0, Runtime: 'container' },
      Mode: { Replicated: { Replicas: 1 } },
    });
  });

  it('is frozen to the last member', () => {
    const spec = stored(recorded<Service>('service-web').Spec);
    const unfrozen: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value) && !Array.isArray(value)) unfrozen.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(spec, '');
    expect(unfrozen).toEqual([]);
  });
});

describe('services are answered as the engine does', () => {
  it('with an update under way', () => {
    const service = recorded<Service>('service-updated');
    expect(stringify(serviceView(objectOf(service)) as unknown as Json)).toBe(rounded(service));
  });

  it('with defaults filled in', () => {
    const web = recorded<Service>('service-web');
    const { RollbackConfig: _, ...spec } = web.Spec;
    expect(stringify(serviceViewWithDefaults(objectOf({ ...web, Spec: spec })) as unknown as Json)).toBe(rounded(web));
    const glob = recorded<Service>('service-glob-defaults');
    const { StopGracePeriod: _grace, ...container } = glob.Spec.TaskTemplate!.ContainerSpec!;
    const { RestartPolicy: _restart, ...task } = glob.Spec.TaskTemplate!;
    const { UpdateConfig: _update, RollbackConfig: _rollback, ...rest } = glob.Spec;
    const bare = { ...glob, Spec: { ...rest, TaskTemplate: { ...task, ContainerSpec: container } } };
    expect(stringify(serviceViewWithDefaults(objectOf(bare)) as unknown as Json)).toBe(rounded(glob));
  });

  it('is converted once', () => {
    const object = objectOf(recorded<Service>('service-web'));
    expect(serviceView(object)).toBe(serviceView(object));
  });
});

describe('refusals in the words of the engine', () => {
  const container = { Image: 'nginx' };
  it.each<[string, unknown]>([
    ['mismatched Runtime and *Spec fields', { Name: 'q' }],
    [
      'invalid RestartCondition: "x"',
      { TaskTemplate: { ContainerSpec: container, RestartPolicy: { Condition: 'x' } } },
    ],
    [
      'must specify only one service mode',
      { TaskTemplate: { ContainerSpec: container }, Mode: { Global: {}, Replicated: {} } },
    ],
    [
      'unrecognized update failure action x',
      { TaskTemplate: { ContainerSpec: container }, UpdateConfig: { FailureAction: 'x' } },
    ],
    ['unrecognized update order x', { TaskTemplate: { ContainerSpec: container }, RollbackConfig: { Order: 'x' } }],
    ['invalid resolution mode: "x"', { TaskTemplate: { ContainerSpec: container }, EndpointSpec: { Mode: 'x' } }],
    ['invalid MountType: "x"', { TaskTemplate: { ContainerSpec: { ...container, Mounts: [{ Type: 'x' }] } } }],
    [
      'invalid Config: either File or Runtime should be set',
      { TaskTemplate: { ContainerSpec: { ...container, Configs: [{ ConfigID: 'c' }] } } },
    ],
    ['unsupported runtime', { TaskTemplate: { Runtime: 'attachment', ContainerSpec: container } }],
    [
      'invalid JSON: json: cannot unmarshal number into Go struct field ServiceSpec.TaskTemplate.ContainerSpec.Image of type string',
      { TaskTemplate: { ContainerSpec: { Image: 5 } } },
    ],
    [
      'invalid JSON: json: cannot unmarshal number -1 into Go struct field ServiceSpec.TaskTemplate.Placement.MaxReplicas of type uint64',
      { TaskTemplate: { ContainerSpec: container, Placement: { MaxReplicas: -1 } } },
    ],
    [
      'invalid JSON: json: cannot unmarshal number 4294967296 into Go struct field ServiceSpec.EndpointSpec.Ports.TargetPort of type uint32',
      { TaskTemplate: { ContainerSpec: container }, EndpointSpec: { Ports: [{ TargetPort: 2 ** 32 }] } },
    ],
    [
      'invalid JSON: json: cannot unmarshal number into Go struct field ServiceSpec.Labels.a of type string',
      { Labels: { a: 1 }, TaskTemplate: { ContainerSpec: container } },
    ],
  ])('%s', (message, spec) => {
    expect(() => stored(spec)).toThrow(Refusal);
    expect(() => stored(spec)).toThrow(message);
  });

  it('answers any shape with a refusal, never a crash', () => {
    const web = recorded<Service>('service-web').Spec as unknown as { [key: string]: Json };
    const wrong: Json[] = [5, 'x', true, [], [5], {}, { a: 5 }, [[]], [null], null];
    let refused = 0;
    const mutate = (value: Json, replace: (value: Json) => void): void => {
      for (const other of wrong) {
        replace(other);
        try {
          stored(copy);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          refused++;
        }
        replace(value);
      }
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        mutate(inner as Json, (changed) => {
          (value as { [key: string]: Json })[key] = changed;
        });
      }
    };
    let copy = structuredClone(web);
    mutate(copy, (changed) => {
      copy = (typeof changed === 'object' && changed !== null ? changed : {}) as typeof copy;
    });
    expect(refused).toBeGreaterThan(300);
  });
});
