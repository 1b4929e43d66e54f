/** Containers that no service owns: those of docker run. */
import { shownState } from '../../host/index';
import type { ContainerRecord, SceneRecorder } from '../../scene/index';
import type { LabHost, World } from '../world';

type Container = ReturnType<NonNullable<LabHost['daemon']>['engine']['containers']['list']>[number];

export class ContainerTable {
  /** What was looked at: a machine's boot and its containers' revision. */
  private readonly seen = new Map<string, string>();
  private readonly ids = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly world: World,
    private readonly recorder: SceneRecorder,
  ) {}

  update(): void {
    for (const host of this.world.hosts.values()) {
      const engine = host.daemon?.engine;
      if (!engine) continue;
      const revision = `${host.machine.boots}/${engine.revision}`;
      if (this.seen.get(host.name) === revision) continue;
      this.seen.set(host.name, revision);
      this.put(
        host.name,
        engine.containers.list().filter((container) => container.service === undefined),
      );
    }
  }

  private put(machine: string, containers: readonly Container[]): void {
    const ids = new Set(containers.map((container) => container.id));
    for (const id of this.ids.get(machine) ?? []) if (!ids.has(id)) this.recorder.remove('container', id);
    this.ids.set(machine, ids);
    for (const container of containers) this.recorder.put('container', containerRecord(machine, container));
  }
}

function containerRecord(machine: string, container: Container): ContainerRecord {
  return {
    id: container.id,
    machine,
    name: container.name,
    image: container.image,
    state: shownState(container),
    exitCode: container.state.exitCode,
    ports: container.ports.map((port) => ({
      published: port.hostPort,
      target: Number.parseInt(port.containerPort, 10),
      protocol: port.containerPort.endsWith('/udp') ? 'udp' : 'tcp',
      mode: 'host',
    })),
    createdAt: container.created,
  };
}
