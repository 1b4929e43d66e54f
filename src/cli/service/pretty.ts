/**
 * `docker service inspect --pretty`: the human form, tabs and odd blanks as the real command prints them.
 * Follows docker/cli cli/command/service/formatter.go.
 */
import type { ContainerSpec, Mount, Resources, Service, UpdateConfig } from '../../api/index';
import { formatDuration } from '../../base/duration';
import { compareBytes } from '../../base/natural';
import type { Micros } from '../../base/process';
import { bytesSize } from '../../base/units';
import { ago } from '../format/text';

/** Ends with a newline; begins with an empty line. `networks` are names by id. */
export function prettyService(service: Service, networks: ReadonlyMap<string, string>, now: Micros): string {
  const { Spec: spec } = service;
  const task = spec.TaskTemplate ?? {};
  const container = task.ContainerSpec ?? {};
  return [
    `\nID:\t\t${service.ID}\nName:\t\t${spec.Name ?? ''}`,
    labels(spec.Labels),
    mode(service),
    updateStatus(service, now),
    placement(service),
    policy('UpdateConfig', 'Update order:     ', spec.UpdateConfig),
    policy('RollbackConfig', 'Rollback order:   ', spec.RollbackConfig),
    containerText(container),
    pairs('SysCtls', container.Sysctls),
    ulimits(container),
    mounts(container.Mounts ?? []),
    stored(container),
    logDriver(service),
    resources(service),
    networkLine(service, networks),
    `\nEndpoint Mode:\t${spec.EndpointSpec?.Mode ?? ''}`,
    ports(service),
    healthcheck(container),
    '\n',
  ].join('');
}

function sorted(map: { readonly [key: string]: string } | undefined): [string, string][] {
  return Object.entries(map ?? {}).sort((a, b) => compareBytes(a[0], b[0]));
}

function labels(map: { readonly [key: string]: string } | undefined): string {
  const entries = sorted(map);
  if (entries.length === 0) return '';
  return `\nLabels:${entries.map(([key, value]) => `\n ${key}${value === '' ? '' : `=${value}`}`).join('')}`;
}

function pairs(heading: string, map: { readonly [key: string]: string } | undefined): string {
  const entries = sorted(map);
  if (entries.length === 0) return '';
  return `\n${heading}:${entries.map(([key, value]) => `\n ${key}${value === '' ? '' : `: ${value}`}`).join('')}`;
}

/** Jobs have no word of their own here. */
function mode({ Spec: { Mode: mode } }: Service): string {
  if (mode?.Global) return '\nService Mode:\tGlobal';
  if (!mode?.Replicated) return '\nService Mode:';
  const { Replicas: replicas } = mode.Replicated;
  return `\nService Mode:\tReplicated${replicas === undefined ? '' : `\n Replicas:\t${replicas}`}`;
}

function updateStatus({ UpdateStatus: status }: Service, now: Micros): string {
  if (!status?.State) return '';
  let text = `\nUpdateStatus:\n State:\t\t${status.State}`;
  if (status.StartedAt) text += `\n Started:\t${ago(status.StartedAt, now)}`;
  if (status.State === 'completed' && status.CompletedAt) text += `\n Completed:\t${ago(status.CompletedAt, now)}`;
  return `${text}\n Message:\t${status.Message ?? ''}`;
}

function placement({ Spec: { TaskTemplate: task } }: Service): string {
  const { Constraints = [], Preferences = [], MaxReplicas = 0 } = task?.Placement ?? {};
  const spread = Preferences.filter((one) => one.Spread).map((one) => `spread=${one.Spread!.SpreadDescriptor}`);
  let text = '\nPlacement:';
  if (Constraints.length > 0) text += `\n Constraints:\t[${Constraints.join(' ')}]`;
  if (spread.length > 0) text += `\n Preferences:   [${spread.join(' ')}]`;
  if (MaxReplicas > 0) text += `\n Max Replicas Per Node:   ${MaxReplicas}`;
  return text;
}

function policy(heading: string, order: string, config: UpdateConfig | undefined): string {
  if (!config) return '';
  let text = `\n${heading}:\n Parallelism:\t${config.Parallelism}`;
  if ((config.Delay ?? 0) > 0) text += `\n Delay:\t\t${formatDuration(config.Delay!)}`;
  text += `\n On failure:\t${config.FailureAction ?? ''}`;
  if ((config.Monitor ?? 0) > 0) text += `\n Monitoring Period: ${formatDuration(config.Monitor!)}`;
  return `${text}\n Max failure ratio: ${config.MaxFailureRatio}\n ${order} ${config.Order ?? ''}`;
}

function containerText(container: ContainerSpec): string {
  const words = (list: readonly string[]) => list.map((word) => `${word} `).join('');
  const { Args = [], Env = [], CapabilityAdd = [], CapabilityDrop = [] } = container;
  let text = `\nContainerSpec:\n Image:\t\t${container.Image ?? ''}`;
  if (Args.length > 0) text += `\n Args:\t\t${words(Args)}`;
  if (Env.length > 0) text += `\n Env:\t\t${words(Env)}`;
  if (container.Dir) text += `\n Dir:\t\t${container.Dir}`;
  if (container.Init !== undefined && container.Init !== null) text += `\n Init:\t\t${container.Init}`;
  if (container.User) text += `\n User: ${container.User}`;
  if (CapabilityAdd.length + CapabilityDrop.length > 0) text += '\nCapabilities:';
  if (CapabilityAdd.length > 0) text += `\n Add: ${CapabilityAdd.join(', ')}`;
  if (CapabilityDrop.length > 0) text += `\n Drop: ${CapabilityDrop.join(', ')}`;
  return text;
}

function ulimits(container: ContainerSpec): string {
  const map = Object.fromEntries((container.Ulimits ?? []).map((one) => [one.Name, `${one.Soft}:${one.Hard}`]));
  return pairs('Ulimits', map);
}

function mounts(list: readonly Mount[]): string {
  if (list.length === 0) return '';
  const one = (mount: Mount) =>
    `\n Target:\t${mount.Target ?? ''}\n  Source:\t${mount.Source ?? ''}` +
    `\n  ReadOnly:\t${mount.ReadOnly === true}\n  Type:\t\t${mount.Type ?? ''}`;
  return `\nMounts:${list.map(one).join('')}`;
}

function stored({ Configs = [], Secrets = [] }: ContainerSpec): string {
  const one = (target: string, source: string) => `\n Target:\t${target}\n  Source:\t${source}`;
  let text = '';
  if (Configs.length > 0) {
    text += `\nConfigs:${Configs.map((config) => one(config.File?.Name ?? '', config.ConfigName)).join('')}`;
  }
  if (Secrets.length > 0) {
    text += `\nSecrets:${Secrets.map((secret) => one(secret.File?.Name ?? '', secret.SecretName)).join('')}`;
  }
  return text;
}

function logDriver({ Spec: { TaskTemplate: task } }: Service): string {
  const driver = task?.LogDriver;
  if (!driver) return '';
  const options = sorted(driver.Options);
  let text = '\nLog Driver:';
  if (driver.Name) text += `\n Name:\t\t${driver.Name}`;
  if (options.length > 0) text += '\n LogOpts:';
  for (const [key, value] of options) text += `\n  ${key}${value === '' ? '' : `:       ${value}`}`;
  return `${text}\n`;
}

function resources({ Spec: { TaskTemplate: task } }: Service): string {
  const required = task?.Resources;
  if (!required) return '';
  const { Limits: limits = {}, Reservations: reserved = {} } = required;
  let text = '\nResources:';
  if ((reserved.NanoCPUs ?? 0) > 0 || (reserved.MemoryBytes ?? 0) > 0) text += `\n Reservations:${amounts(reserved)}`;
  const pids = limits.Pids ?? 0;
  if ((limits.NanoCPUs ?? 0) > 0 || (limits.MemoryBytes ?? 0) > 0 || pids > 0) text += `\n Limits:${amounts(limits)}`;
  return pids > 0 ? `${text}\n  PIDs:\t\t${pids}` : text;
}

function amounts({ NanoCPUs = 0, MemoryBytes = 0 }: Resources): string {
  const cpu = NanoCPUs > 0 ? `\n  CPU:\t\t${NanoCPUs / 1e9}` : '';
  return MemoryBytes === 0 ? cpu : `${cpu}\n  Memory:\t${bytesSize(MemoryBytes)}`;
}

function networkLine({ Spec: { TaskTemplate: task } }: Service, names: ReadonlyMap<string, string>): string {
  const networks = task?.Networks ?? [];
  if (networks.length === 0) return '';
  return `\nNetworks:${networks.map(({ Target = '' }) => ` ${names.get(Target) ?? Target}`).join('')} `;
}

function ports({ Endpoint: endpoint }: Service): string {
  const list = endpoint?.Ports ?? [];
  if (list.length === 0) return '';
  const lines = list.map(
    (port) =>
      `\n PublishedPort = ${port.PublishedPort ?? 0}\n  Protocol = ${port.Protocol ?? ''}` +
      `\n  TargetPort = ${port.TargetPort ?? 0}\n  PublishMode = ${port.PublishMode ?? ''}`,
  );
  return `\nPorts:${lines.join('')} `;
}

function healthcheck({ Healthcheck: check }: ContainerSpec): string {
  if (!check) return '';
  const { Interval = 0, Retries = 0, StartPeriod = 0, Timeout = 0, Test = [] } = check;
  const text =
    `\n Healthcheck:\n  Interval = ${formatDuration(Interval)}\n  Retries = ${Retries}` +
    `\n  StartPeriod =\t${formatDuration(StartPeriod)}\n  Timeout =\t${formatDuration(Timeout)}`;
  if (Test.length === 0) return text;
  return `${text}\n  Tests:${Test.map((word) => `\n\t Test = ${word}`).join('')} `;
}
