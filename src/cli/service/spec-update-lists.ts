/** The lists of a service's spec under --x-add and --x-rm. Follows docker/cli cli/command/service/update.go. */
import type { ContainerSpec, PortConfig, ServiceSpec, TaskSpec } from '../../api/index';
import { compareBytes } from '../../base/natural';
import { CliError, type Flags } from '../command';
import { parseMount } from '../options/mount';
import { type Mutable, mutableCopy } from '../options/mutable';
import { parseServicePorts } from '../options/port';
import { capability, capabilityList, keyOf, spreadDescriptor, ulimit, unique } from '../options/words';
import { swarmHost, taken } from './spec';

type Container = Mutable<ContainerSpec>;

/** A list after additions and removals, sorted, so that the same set is always the same spec. */
function updatedList(flags: Flags, list: readonly string[] | undefined, add: string, remove: string): string[] {
  const gone = new Set(flags.list(remove));
  return [...(list ?? []), ...flags.list(add)].filter((item) => !gone.has(item)).sort(compareBytes);
}

export function updatePlacement(flags: Flags, task: Mutable<TaskSpec>): void {
  if (flags.changed('constraint-add') || flags.changed('constraint-rm')) {
    const placement = (task.Placement ??= {});
    placement.Constraints = updatedList(flags, placement.Constraints, 'constraint-add', 'constraint-rm');
  }
  if (!flags.changed('placement-pref-add') && !flags.changed('placement-pref-rm')) return;
  const placement = (task.Placement ??= {});
  const descriptors = (name: string) => flags.list(name).map((text) => taken(spreadDescriptor(text)));
  const gone = new Set(descriptors('placement-pref-rm'));
  placement.Preferences = [
    ...(placement.Preferences ?? []).filter((one) => !one.Spread || !gone.has(one.Spread.SpreadDescriptor)),
    ...descriptors('placement-pref-add').map((descriptor) => ({ Spread: { SpreadDescriptor: descriptor } })),
  ];
}

export function updateMounts(flags: Flags, container: Container, cwd: string): void {
  const byTarget = new Map<string, NonNullable<Container['Mounts']>[number]>();
  for (const text of flags.list('mount-add')) {
    const mount = mutableCopy(taken(parseMount(text, cwd)));
    if (byTarget.has(mount.Target ?? '')) throw new CliError('duplicate mount target');
    byTarget.set(mount.Target ?? '', mount);
  }
  for (const mount of container.Mounts ?? []) {
    if (!byTarget.has(mount.Target ?? '')) byTarget.set(mount.Target ?? '', mount);
  }
  for (const target of flags.list('mount-rm')) byTarget.delete(target);
  container.Mounts = [...byTarget.values()].sort(
    (a, b) => compareBytes(a.Source ?? '', b.Source ?? '') || compareBytes(a.Target ?? '', b.Target ?? ''),
  );
}

export function updateUlimits(flags: Flags, container: Container): void {
  const byName = new Map((container.Ulimits ?? []).map((one) => [one.Name, one]));
  for (const name of flags.list('ulimit-rm')) byName.delete(keyOf(name));
  for (const text of flags.list('ulimit-add')) {
    const one = ulimit(text);
    byName.set(one.Name, one);
  }
  container.Ulimits = [...byName.values()].sort((a, b) => compareBytes(a.Name, b.Name));
}

export function updateGroups(flags: Flags, container: Container): void {
  if (!flags.changed('group-add') && !flags.changed('group-rm')) return;
  container.Groups = updatedList(flags, container.Groups, 'group-add', 'group-rm');
}

function portText(port: PortConfig): string {
  return `${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}/${port.Protocol ?? ''}/${port.PublishMode ?? ''}`;
}

export function updatePorts(flags: Flags, spec: Mutable<ServiceSpec>): void {
  if (!flags.changed('publish-add') && !flags.changed('publish-rm')) return;
  const endpoint = (spec.EndpointSpec ??= {});
  const before = new Map<string, Mutable<PortConfig>>();
  for (const port of endpoint.Ports ?? []) if (!before.has(portText(port))) before.set(portText(port), port);
  const parsed = (name: string) => flags.list(name).flatMap((text) => taken(parseServicePorts(text)));
  const gone = parsed('publish-rm');
  const kept = [...before.values()].filter((port) => !gone.some((one) => samePort(port, one)));
  const added = parsed('publish-add').filter((port) => !before.has(portText(port)));
  endpoint.Ports = [...kept, ...added.map((port) => mutableCopy(port))].sort((a, b) =>
    compareBytes(portText(a), portText(b)),
  );
}

/** The published port does not matter: --publish-rm names the target. */
function samePort(a: PortConfig, b: PortConfig): boolean {
  return (
    (a.Protocol || 'tcp') === (b.Protocol || 'tcp') &&
    a.TargetPort === b.TargetPort &&
    (a.PublishMode || 'ingress') === (b.PublishMode || 'ingress')
  );
}

export function updateDns(flags: Flags, container: Container): void {
  const names = ['dns', 'dns-search', 'dns-option'] as const;
  if (!names.some((name) => flags.changed(`${name}-add`) || flags.changed(`${name}-rm`))) return;
  const config = container.DNSConfig ?? {};
  const list = (before: readonly string[] | undefined, name: string) =>
    unique(updatedList(flags, before, `${name}-add`, `${name}-rm`));
  container.DNSConfig = {
    Nameservers: list(config.Nameservers, 'dns'),
    Search: list(config.Search, 'dns-search'),
    Options: list(config.Options, 'dns-option'),
  };
}

/** Entries are `ADDRESS NAME…`; a removal names a host, or a host at one address. */
export function updateHosts(flags: Flags, container: Container): void {
  if (!flags.changed('host-add') && !flags.changed('host-rm')) return;
  const out: string[] = [];
  for (const entry of container.Hosts ?? []) {
    const [address, ...names] = entry.split(/\s+/).filter(Boolean);
    if (address === undefined) continue;
    const kept = names.filter((name) => !flags.list('host-rm').some((removal) => removes(removal, name, address)));
    if (kept.length > 0) out.push(`${address} ${kept.join(' ')}`);
  }
  container.Hosts = unique([...out, ...flags.list('host-add').map(swarmHost)]);
}

function removes(removal: string, name: string, address: string): boolean {
  const host = removal.split(':', 1)[0]!;
  const at = removal.slice(host.length + 1);
  return host === name && (at === '' || at === address);
}

export function updateHealthcheck(flags: Flags, container: Container): void {
  const given = ['health-cmd', 'health-interval', 'health-retries', 'health-timeout', 'health-start-period'].some(
    (name) => flags.changed(name),
  );
  if (!given && !flags.changed('no-healthcheck')) return;
  if (flags.bool('no-healthcheck')) {
    if (given) throw new CliError('--no-healthcheck conflicts with --health-* options');
    container.Healthcheck = { Test: ['NONE'] };
    return;
  }
  const check = (container.Healthcheck ??= {});
  if (check.Test?.[0] === 'NONE') check.Test = undefined;
  if (flags.changed('health-interval')) check.Interval = flags.number('health-interval');
  if (flags.changed('health-timeout')) check.Timeout = flags.number('health-timeout');
  if (flags.changed('health-start-period')) check.StartPeriod = flags.number('health-start-period');
  if (flags.changed('health-retries')) check.Retries = flags.number('health-retries');
  if (flags.changed('health-cmd')) {
    const command = flags.string('health-cmd');
    check.Test = command === '' ? undefined : ['CMD-SHELL', command];
  }
}

/** A capability goes back to neither list before it comes into the other one. Follows updateCapabilities. */
export function updateCapabilities(flags: Flags, container: Container): void {
  if (!flags.changed('cap-add') && !flags.changed('cap-drop')) return;
  let added = new Set((container.CapabilityAdd ?? []).map(capability));
  let dropped = new Set((container.CapabilityDrop ?? []).map(capability));
  const toAdd = new Set(flags.list('cap-add').map(capability));
  const toDrop = new Set(flags.list('cap-drop').map(capability));
  if (toAdd.delete('RESET')) added = new Set();
  if (toDrop.delete('RESET')) dropped = new Set();
  for (const name of toDrop) if (!toAdd.has(name) && !added.delete(name)) dropped.add(name);
  for (const name of toAdd) if (!dropped.delete(name)) added.add(name);
  container.CapabilityAdd = capabilityList([...added]);
  container.CapabilityDrop = capabilityList([...dropped]);
}
