/** A swarm node that answers control requests from a handful of objects, and remembers what it was asked to change. */
import type { Result } from '../../src/base/result';
import { fail, ok } from '../../src/base/result';
import { Cluster } from '../../src/daemon/cluster/cluster';
import type { ControlApi, ControlMethod, NodeStatus, ReadTx, RpcError, SwarmNode } from '../../src/swarm/index';

export const MANAGER: NodeStatus = {
  localNodeState: 'active',
  nodeId: 'n1',
  nodeAddr: '192.168.0.11',
  role: 'manager',
  controlAvailable: true,
  leader: true,
  connected: true,
  error: '',
  remoteManagers: [{ nodeId: 'n1', addr: '192.168.0.11:2377' }],
};
export const INACTIVE: NodeStatus = {
  ...MANAGER,
  localNodeState: 'inactive',
  nodeId: '',
  nodeAddr: '',
  role: undefined,
  controlAvailable: false,
  remoteManagers: [],
};
export const WORKER: NodeStatus = { ...MANAGER, role: 'worker', controlAvailable: false, leader: false };

type Answers = { readonly [M in ControlMethod]?: ControlApi[M][1] | RpcError };

export class FakeNode {
  readonly asked: { method: string; request: unknown }[] = [];

  constructor(
    public answers: Answers = {},
    public state: NodeStatus = MANAGER,
    private readonly tables: { readonly [table: string]: readonly { readonly id: string }[] } = {},
  ) {}

  status(): NodeStatus {
    return this.state;
  }

  control(method: ControlMethod, request: unknown, done: (result: Result<never, RpcError>) => void): void {
    this.asked.push({ method, request });
    const answer = this.answers[method] as unknown;
    if (isError(answer)) done(fail(answer));
    else done(ok((answer ?? []) as never));
  }

  store(): ReadTx {
    return {
      get: (table: string, id: string) => this.tables[table]?.find((object) => object.id === id),
      list: (table: string) => this.tables[table] ?? [],
    } as unknown as ReadTx;
  }

  cluster(): Cluster {
    return new Cluster(this as unknown as SwarmNode);
  }
}

function isError(value: unknown): value is RpcError {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
