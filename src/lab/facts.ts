/** Facts that programs ask of the machine or container they run on. */
import type { Micros, ProcessFact, SystemFacts, SystemQuery } from '../base/process';
import { KERNEL } from '../host/index';
import type { Simulation } from '../sim/index';
import type { Kernel, ProcessRecord } from './kernel';
import type { World } from './world';

interface Parts {
  readonly simulation: Simulation;
  readonly kernel: Kernel;
  readonly world: World;
}

const DOCKERD = '/usr/bin/dockerd -H unix:///var/run/docker.sock --containerd=/run/containerd/containerd.sock';
/** What a host's own system uses before any container runs. */
const SYSTEM_MEMORY = 410_000_000;

/** The answer to a `system` call. */
export function systemFact(parts: Parts, process: ProcessRecord, query: SystemQuery): SystemFacts[SystemQuery] {
  const host = parts.world.host(process.place.machine)!;
  const { engine, machineSize } = host.daemon!;
  const { container } = process.place;
  switch (query) {
    case 'hostname':
      return container === undefined ? host.name : engine.hostnameOf(container);
    case 'interfaces':
    case 'routes':
    case 'neighbours':
    case 'forwards':
      return engine.networkFacts(container, process.place.netns)[query];
    case 'processes':
      return processes(parts, process, host.switchedAt);
    case 'memory':
      return { total: machineSize.memoryBytes, used: SYSTEM_MEMORY + engine.memoryUsed() };
    case 'machine':
      return {
        kernel: KERNEL.release,
        version: KERNEL.version,
        os: 'GNU/Linux',
        architecture: 'x86_64',
        cores: machineSize.cpus,
        booted: host.switchedAt,
      };
    case 'random':
      return parts.simulation.random(`shell/${host.name}`).integer(0, 0x7fffffff);
    case 'pid':
      return process.pid;
  }
}

function processes(parts: Parts, asking: ProcessRecord, booted: Micros): readonly ProcessFact[] {
  const { machine, container } = asking.place;
  const own: ProcessFact[] = [];
  for (const process of parts.kernel.processes.values()) {
    if (process.place.machine !== machine || process.place.container !== container || process.status !== undefined)
      continue;
    const fact = {
      pid: process.pid,
      ppid: process.parent,
      user: 'root',
      command: process.name,
      started: process.startedAt,
    };
    own.push(process.tty ? { ...fact, terminal: 'pts/0' } : fact);
  }
  const { engine, state, pid, changedAt } = parts.world.host(machine)!.daemon!;
  if (container !== undefined) return [...engine.processesOf(container), ...own];
  const fact = (pid: number, ppid: number, command: string): ProcessFact => ({
    pid,
    ppid,
    user: 'root',
    command,
    started: booted,
  });
  return [
    fact(1, 0, '/sbin/init'),
    fact(712, 1, 'sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups'),
    fact(823, 1, '/usr/bin/containerd'),
    ...(state === 'running' || state === 'starting' || state === 'stopping'
      ? [{ ...fact(pid, 1, DOCKERD), started: state === 'running' ? changedAt : booted }]
      : []),
    ...engine.processesOnHost(),
    ...own,
  ];
}
