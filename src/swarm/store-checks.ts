/** What must hold in any manager's store after each commit: for tests and the fuzzer. */
import type { UpdateConfig } from '../api/index';
import { isIngress } from './allocator/ports';
import { type ReadTx, type ServiceObject, type TaskObject, TaskState } from './objects';
import { modeOf } from './orchestrator/task';

/**
 * The first broken rule in words, or undefined: no address of a network is given twice, no port is published twice, and
 * a slot (a node, for global services) has at most one task that is meant to run.
 * Services that update with start-first are left out of the last rule: two in a slot are what they ask for.
 */
export function checkStore(read: ReadTx): string | undefined {
  return checkAddresses(read) ?? checkPorts(read) ?? checkSlots(read);
}

function checkAddresses(read: ReadTx): string | undefined {
  const holders = new Map<string, string>();
  let broken: string | undefined;
  const take = (networkId: string, address: string, holder: string): void => {
    if (address === '') return;
    const name = `${networkId} ${address}`;
    const other = holders.get(name);
    if (other !== undefined) broken ??= `${address} on network ${networkId} is given to ${other} and ${holder}`;
    holders.set(name, holder);
  };
  for (const { id, state } of read.list('network')) {
    for (const { gateway } of state?.subnets ?? []) take(id, gateway, `the gateway of ${id}`);
  }
  for (const { id, endpoint } of read.list('service')) {
    for (const { networkId, addr } of endpoint?.virtualIPs ?? []) take(networkId, bare(addr), `service ${id}`);
  }
  for (const { id, attachments } of read.list('node')) {
    for (const { networkId, addresses } of attachments) {
      for (const address of addresses) take(networkId, bare(address), `node ${id}`);
    }
  }
  for (const { id, status, networks } of read.list('task')) {
    if (status.state > TaskState.RUNNING) continue;
    for (const { networkId, addresses } of networks) {
      for (const address of addresses) take(networkId, bare(address), `task ${id}`);
    }
  }
  return broken;
}

function bare(cidr: string): string {
  return cidr.split('/')[0]!;
}

function checkPorts(read: ReadTx): string | undefined {
  const holders = new Map<string, string>();
  for (const { id, endpoint } of read.list('service')) {
    for (const port of endpoint?.ports ?? []) {
      if (!isIngress(port)) continue;
      const name = `${port.PublishedPort}/${port.Protocol || 'tcp'}`;
      const other = holders.get(name);
      if (other !== undefined) return `port ${name} is given to services ${other} and ${id}`;
      holders.set(name, id);
    }
  }
  return undefined;
}

function checkSlots(read: ReadTx): string | undefined {
  for (const service of read.list('service')) {
    if (startsFirst(service)) continue;
    const mode = modeOf(service.spec);
    const perNode = mode === 'global' || mode === 'global-job';
    const filled = new Map<string, string>();
    for (const task of read.tasksOfService(service.id)) {
      if (!isMeantToRun(task)) continue;
      const place = perNode ? task.nodeId : String(task.slot);
      const other = filled.get(place);
      if (other !== undefined) {
        return `${service.spec.Name} has two tasks in ${perNode ? 'node' : 'slot'} ${place}: ${other} and ${task.id}`;
      }
      filled.set(place, task.id);
    }
  }
  return undefined;
}

function isMeantToRun(task: TaskObject): boolean {
  return task.desiredState <= TaskState.COMPLETE && task.status.state < TaskState.COMPLETE;
}

function startsFirst({ spec, previousSpec }: ServiceObject): boolean {
  const first = (config: UpdateConfig | undefined): boolean => config?.Order === 'start-first';
  return [spec, previousSpec].some((one) => first(one?.UpdateConfig) || first(one?.RollbackConfig));
}
