/** Changes to a service's spec by the flags of update. Follows docker/cli cli/command/service/update.go. */
import type { Client, ContainerSpec, NetworkAttachmentConfig, ServiceSpec, TaskSpec } from '../../api/index';
import { compareBytes } from '../../base/natural';
import type { Process } from '../../base/process';
import { keyValues } from '../arguments';
import { type Cli, CliError, type Flags } from '../command';
import { changedGenericResources } from '../options/generic-resource';
import type { Mutable } from '../options/mutable';
import { keyOf, shellWords } from '../options/words';
import {
  applyRestartFlags,
  applyUpdateFlags,
  defaultRestartPolicy,
  defaultUpdateConfig,
  networkAttachments,
  restartFlagsChanged,
  taken,
  updateFlagsChanged,
} from './spec';
import {
  updateCapabilities,
  updateDns,
  updateGroups,
  updateHealthcheck,
  updateHosts,
  updateMounts,
  updatePlacement,
  updatePorts,
  updateUlimits,
} from './spec-update-lists';
import { configReferences, secretReferences } from './stored-references';

type Spec = Mutable<ServiceSpec>;
type Task = Mutable<TaskSpec>;
type Container = Mutable<ContainerSpec>;

/** Changes `spec` in place. Asks for the ids of networks, secrets and configs that are added. */
export function* updateServiceSpec(cli: Cli, flags: Flags, spec: Spec): Process<void> {
  spec.TaskTemplate ??= {};
  const task = spec.TaskTemplate;
  task.ContainerSpec ??= {};
  const container = task.ContainerSpec;
  spec.Labels = updatedMap(flags, spec.Labels, 'label-add', 'label-rm', false);
  updateContainer(cli, flags, container);
  updateResources(flags, task);
  if (flags.changed('stop-grace-period')) container.StopGracePeriod = flags.number('stop-grace-period');
  if (restartFlagsChanged(flags)) applyRestartFlags((task.RestartPolicy ??= defaultRestartPolicy()), flags);
  updatePlacement(flags, task);
  if (flags.changed('network-add') || flags.changed('network-rm')) yield* updateNetworks(cli.client, flags, spec);
  updateReplicas(flags, spec);
  if (flags.changed('replicas-max-per-node')) {
    (task.Placement ??= {}).MaxReplicas = flags.number('replicas-max-per-node');
  }
  if (updateFlagsChanged(flags, 'update'))
    applyUpdateFlags((spec.UpdateConfig ??= defaultUpdateConfig()), flags, 'update');
  if (updateFlagsChanged(flags, 'rollback')) {
    applyUpdateFlags((spec.RollbackConfig ??= defaultUpdateConfig()), flags, 'rollback');
  }
  if (flags.changed('endpoint-mode')) (spec.EndpointSpec ??= {}).Mode = flags.string('endpoint-mode');
  updateGroups(flags, container);
  updatePorts(flags, spec);
  updateDns(flags, container);
  updateHosts(flags, container);
  if (flags.changed('log-driver') && flags.string('log-driver') !== '') {
    task.LogDriver = { Name: flags.string('log-driver'), Options: keyValues(flags.list('log-opt')) };
  }
  if (flags.bool('force')) task.ForceUpdate = (task.ForceUpdate ?? 0) + 1;
  updateHealthcheck(flags, container);
  if (flags.changed('tty')) container.TTY = flags.bool('tty');
  if (flags.changed('read-only')) container.ReadOnly = flags.bool('read-only');
  if (flags.changed('stop-signal')) container.StopSignal = flags.string('stop-signal');
  updateCapabilities(flags, container);
}

/** The secrets and configs, which the real command changes after all else. */
export function* updateStored(cli: Cli, flags: Flags, spec: Spec): Process<void> {
  const container = spec.TaskTemplate!.ContainerSpec!;
  const goneSecrets = new Set(flags.list('secret-rm'));
  const secrets = (container.Secrets ?? []).filter((secret) => !goneSecrets.has(secret.SecretName));
  container.Secrets = [...secrets, ...(yield* secretReferences(cli.client, flags.list('secret-add')))];
  const goneConfigs = new Set(flags.list('config-rm'));
  const configs = (container.Configs ?? []).filter((config) => config.Runtime || !goneConfigs.has(config.ConfigName));
  container.Configs = [...configs, ...(yield* configReferences(cli.client, flags.list('config-add')))];
}

function updateContainer(cli: Cli, flags: Flags, container: Container): void {
  container.Labels = updatedMap(flags, container.Labels, 'container-label-add', 'container-label-rm', false);
  if (flags.changed('image')) container.Image = flags.string('image');
  if (flags.changed('args')) container.Args = [...taken(shellWords(flags.string('args')))];
  if (flags.changed('entrypoint')) container.Command = [...taken(shellWords(flags.string('entrypoint')))];
  container.Env = updatedEnv(flags, container.Env ?? []);
  if (flags.changed('workdir')) container.Dir = flags.string('workdir');
  if (flags.changed('user')) container.User = flags.string('user');
  if (flags.changed('hostname')) container.Hostname = flags.string('hostname');
  if (flags.changed('init')) container.Init = flags.bool('init');
  if (flags.changed('isolation')) container.Isolation = flags.string('isolation');
  updateMounts(flags, container, cli.cwd);
  container.Sysctls = updatedMap(flags, container.Sysctls, 'sysctl-add', 'sysctl-rm', true);
  updateUlimits(flags, container);
  if (flags.changed('oom-score-adj')) container.OomScoreAdj = flags.number('oom-score-adj');
}

/** A map after --x-rm and --x-add; `pairs` says that a removal may be written as key=value. */
function updatedMap(
  flags: Flags,
  map: { [key: string]: string } | undefined,
  add: string,
  remove: string,
  pairs: boolean,
): { [key: string]: string } | undefined {
  if (!map && !flags.changed(add)) return map;
  const out = { ...map };
  for (const key of flags.list(remove)) delete out[pairs ? keyOf(key) : key];
  return { ...out, ...keyValues(flags.list(add)) };
}

function updatedEnv(flags: Flags, env: readonly string[]): string[] {
  const gone = new Set(flags.list('env-rm'));
  const kept = env.filter((variable) => !gone.has(keyOf(variable)));
  if (!flags.changed('env-add')) return kept;
  const byKey = new Map(kept.map((variable) => [keyOf(variable), variable]));
  for (const variable of flags.list('env-add')) byKey.set(keyOf(variable), variable);
  return [...byKey.values()];
}

function updateResources(flags: Flags, task: Task): void {
  const limits = ['limit-cpu', 'limit-memory', 'limit-pids'].some((name) => flags.changed(name));
  const reservations = ['reserve-cpu', 'reserve-memory'].some((name) => flags.changed(name));
  const generic = ['generic-resource-add', 'generic-resource-rm'].some((name) => flags.changed(name));
  if (!limits && !reservations && !generic) return;
  task.Resources ??= {};
  task.Resources.Reservations ??= {};
  if (limits || reservations) task.Resources.Limits ??= {};
  const { Limits: limit, Reservations: reserved } = task.Resources;
  if (flags.changed('limit-cpu')) limit!.NanoCPUs = flags.number('limit-cpu');
  if (flags.changed('limit-memory')) limit!.MemoryBytes = flags.number('limit-memory');
  if (flags.changed('limit-pids')) limit!.Pids = flags.number('limit-pids');
  if (flags.changed('reserve-cpu')) reserved.NanoCPUs = flags.number('reserve-cpu');
  if (flags.changed('reserve-memory')) reserved.MemoryBytes = flags.number('reserve-memory');
  if (!generic) return;
  const [add, remove] = [flags.list('generic-resource-add'), flags.list('generic-resource-rm')];
  reserved.GenericResources = changedGenericResources(reserved.GenericResources ?? [], add, remove);
}

function updateReplicas(flags: Flags, spec: Spec): void {
  if (!flags.changed('replicas')) return;
  const replicated = spec.Mode?.Replicated;
  if (!replicated) throw new CliError('replicas can only be used with replicated mode');
  replicated.Replicas = flags.number('replicas');
}

function* updateNetworks(client: Client, flags: Flags, spec: Spec): Process<void> {
  const task = spec.TaskTemplate!;
  const before = task.Networks?.length ? task.Networks : (spec.Networks ?? []);
  spec.Networks = undefined;
  const gone = new Set<string>();
  for (const name of flags.list('network-rm')) gone.add((yield* client.networkInspect(name, { scope: 'swarm' })).Id);
  const networks: Mutable<NetworkAttachmentConfig>[] = before.filter((network) => !gone.has(network.Target ?? ''));
  for (const text of flags.list('network-add')) {
    const [added] = yield* networkAttachments(client, [text]);
    if (networks.some((network) => network.Target === added!.Target)) {
      throw new CliError(`service is already attached to network ${networkName(text)}`);
    }
    networks.push(added!);
  }
  task.Networks = networks.sort((a, b) => compareBytes(a.Target ?? '', b.Target ?? ''));
}

function networkName(text: string): string {
  return /(?:^|,)name=([^,]*)/i.exec(text)?.[1] ?? text;
}
