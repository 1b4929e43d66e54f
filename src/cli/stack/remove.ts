/** `docker stack rm`. Follows docker/cli cli/command/stack/swarm/remove.go. */
import type { Config, NetworkInspect, Secret, Service } from '../../api/index';
import { compareBytes } from '../../base/natural';
import type { Process } from '../../base/process';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { isTerminal } from '../service/progress-tasks';
import { checkStackName, stackFilters } from './common';

export function* runRemove(cli: Cli, { flags, args }: Invocation): Process<number> {
  for (const stack of args) checkStackName(stack);
  const errors: string[] = [];
  for (const stack of args) {
    const filters = stackFilters(stack);
    const services = yield* cli.client.serviceList({ filters });
    const networks = yield* cli.client.networkList({ filters });
    const secrets = yield* cli.client.secretList({ filters });
    const configs = yield* cli.client.configList({ filters });
    if (services.length + networks.length + secrets.length + configs.length === 0) {
      yield* cli.err(`Nothing found in stack: ${stack}\n`);
      continue;
    }
    let whole = yield* removeServices(cli, services);
    whole = (yield* removeSecrets(cli, secrets)) && whole;
    whole = (yield* removeConfigs(cli, configs)) && whole;
    whole = (yield* removeNetworks(cli, networks)) && whole;
    if (!whole) errors.push(`failed to remove some resources from stack: ${stack}`);
    else if (!flags.bool('detach')) yield* waitOnTasks(cli, stack);
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}

/** Removes services in the order of their names; false when one could not be. */
export function* removeServices(cli: Cli, services: readonly Service[]): Process<boolean> {
  const sorted = [...services].sort((a, b) => compareBytes(a.Spec.Name ?? '', b.Spec.Name ?? ''));
  return yield* removeEach(
    cli,
    'service',
    sorted,
    ({ ID, Spec }) => [ID, Spec.Name ?? ''],
    (id) => cli.client.serviceRemove(id),
  );
}

function removeSecrets(cli: Cli, secrets: readonly Secret[]): Process<boolean> {
  return removeEach(
    cli,
    'secret',
    secrets,
    ({ ID, Spec }) => [ID, Spec.Name ?? ''],
    (id) => cli.client.secretRemove(id),
  );
}

function removeConfigs(cli: Cli, configs: readonly Config[]): Process<boolean> {
  return removeEach(
    cli,
    'config',
    configs,
    ({ ID, Spec }) => [ID, Spec.Name ?? ''],
    (id) => cli.client.configRemove(id),
  );
}

function removeNetworks(cli: Cli, networks: readonly NetworkInspect[]): Process<boolean> {
  return removeEach(
    cli,
    'network',
    networks,
    ({ Id, Name }) => [Id, Name],
    (id) => cli.client.networkRemove(id),
  );
}

function* removeEach<T>(
  cli: Cli,
  noun: string,
  objects: readonly T[],
  names: (object: T) => readonly [id: string, name: string],
  remove: (id: string) => Process<void>,
): Process<boolean> {
  let whole = true;
  for (const object of objects) {
    const [id, name] = names(object);
    yield* cli.out(`Removing ${noun} ${name}\n`);
    try {
      yield* remove(id);
    } catch (error) {
      whole = false;
      // Without a newline, as upstream.
      yield* cli.err(`Failed to remove ${noun} ${id}: ${failureText(error)}`);
    }
  }
  return whole;
}

/** Polls until as many tasks have been seen to have ended as there are; one counts a poll, as upstream has it. */
function* waitOnTasks(cli: Cli, stack: string): Process<void> {
  let ended = 0;
  for (;;) {
    const tasks = yield* cli.client.taskList({ filters: stackFilters(stack) });
    if (tasks.some((task) => isTerminal(task.Status.State))) ended++;
    if (ended === tasks.length) return;
  }
}
