/** The server's half of docker info. Follows docker/cli cli/command/system/info.go, prettyPrintServerInfo. */
import type { Info } from '../../api/index';
import { SECOND } from '../../base/duration';
import { bytesSize, humanDuration } from '../../base/units';

/** All lines after `Server:`. */
export function serverLines(info: Info): string[] {
  return [
    ` Containers: ${info.Containers}`,
    `  Running: ${info.ContainersRunning}`,
    `  Paused: ${info.ContainersPaused}`,
    `  Stopped: ${info.ContainersStopped}`,
    ` Images: ${info.Images}`,
    ...present(' Server Version:', info.ServerVersion),
    ...present(' Storage Driver:', info.Driver),
    ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
    ...present(' Logging Driver:', info.LoggingDriver),
    ...present(' Cgroup Driver:', info.CgroupDriver),
    ...present(' Cgroup Version:', info.CgroupVersion),
    ...pluginLines(info),
    ` Swarm: ${info.Swarm.LocalNodeState}`,
    ...swarmLines(info),
    ...runtimeLines(info),
    ...linuxLines(info),
    ...machineLines(info),
  ];
}

function present(label: string, value: string | undefined): string[] {
  return value ? [`${label} ${value}`] : [];
}

function pluginLines({ Plugins, CDISpecDirs }: Info): string[] {
  const list = (names: readonly string[] | null | undefined): string => (names ?? []).join(' ');
  const lines = [' Plugins:', `  Volume: ${list(Plugins.Volume)}`, `  Network: ${list(Plugins.Network)}`];
  if ((Plugins.Authorization ?? []).length > 0) lines.push(`  Authorization: ${list(Plugins.Authorization)}`);
  lines.push(`  Log: ${list(Plugins.Log)}`);
  if ((CDISpecDirs ?? []).length > 0) lines.push(' CDI spec directories:', ...CDISpecDirs.map((path) => `  ${path}`));
  return lines;
}

function swarmLines({ Swarm: swarm }: Info): string[] {
  if (swarm.LocalNodeState === 'inactive' || swarm.LocalNodeState === 'locked') return [];
  const lines = [`  NodeID: ${swarm.NodeID}`, ...present('  Error:', swarm.Error)];
  lines.push(`  Is Manager: ${swarm.ControlAvailable}`);
  const { Cluster: cluster } = swarm;
  if (cluster && swarm.ControlAvailable && swarm.Error === '' && swarm.LocalNodeState !== 'error') {
    lines.push(`  ClusterID: ${cluster.ID}`, `  Managers: ${swarm.Managers ?? 0}`, `  Nodes: ${swarm.Nodes ?? 0}`);
    lines.push(...clusterLines(cluster));
  }
  lines.push(`  Node Address: ${swarm.NodeAddr}`);
  const managers = (swarm.RemoteManagers ?? []).map((peer) => peer.Addr).sort((a, b) => (a < b ? -1 : 1));
  if (managers.length > 0) lines.push('  Manager Addresses:', ...managers.map((address) => `   ${address}`));
  return lines;
}

function clusterLines(cluster: NonNullable<Info['Swarm']['Cluster']>): string[] {
  const { Raft: raft, CAConfig: ca } = cluster.Spec;
  const lines: string[] = [];
  if (cluster.DefaultAddrPool) {
    lines.push(`  Default Address Pool: ${cluster.DefaultAddrPool.map((pool) => `${pool}  `).join('')}`);
    lines.push(`  SubnetSize: ${cluster.SubnetSize}`);
  }
  if (cluster.DataPathPort > 0) lines.push(`  Data Path Port: ${cluster.DataPathPort}`);
  lines.push('  Orchestration:');
  lines.push(`   Task History Retention Limit: ${cluster.Spec.Orchestration?.TaskHistoryRetentionLimit ?? 0}`);
  lines.push('  Raft:', `   Snapshot Interval: ${raft?.SnapshotInterval ?? 0}`);
  if (raft?.KeepOldSnapshots !== undefined)
    lines.push(`   Number of Old Snapshots to Retain: ${raft.KeepOldSnapshots}`);
  lines.push(`   Heartbeat Tick: ${raft?.HeartbeatTick ?? 0}`, `   Election Tick: ${raft?.ElectionTick ?? 0}`);
  lines.push('  Dispatcher:', `   Heartbeat Period: ${human(cluster.Spec.Dispatcher?.HeartbeatPeriod)}`);
  lines.push('  CA Configuration:', `   Expiry Duration: ${human(ca?.NodeCertExpiry)}`);
  lines.push(`   Force Rotate: ${ca?.ForceRotate ?? 0}`);
  const signing = (ca?.SigningCACert ?? '').trim();
  if (signing !== '') lines.push(`   Signing CA Certificate: \n${signing}\n`);
  lines.push(`  Autolock Managers: ${cluster.Spec.EncryptionConfig?.AutoLockManagers ?? false}`);
  lines.push(`  Root Rotation In Progress: ${cluster.RootRotationInProgress}`);
  return lines;
}

function human(nanoseconds: number | undefined): string {
  return humanDuration(Math.floor((nanoseconds ?? 0) / SECOND));
}

/** The names of runtimes come in the order of a Go map, any; ours is the engine's. */
function runtimeLines(info: Info): string[] {
  const names = Object.keys(info.Runtimes ?? {});
  return names.length === 0 ? [] : [` Runtimes: ${names.join(' ')}`, ` Default Runtime: ${info.DefaultRuntime}`];
}

function linuxLines(info: Info): string[] {
  if (info.OSType !== 'linux') return [];
  const lines = [
    ` Init Binary: ${info.InitBinary}`,
    ` containerd version: ${info.ContainerdCommit.ID}`,
    ` runc version: ${info.RuncCommit.ID}`,
    ` init version: ${info.InitCommit.ID}`,
  ];
  if ((info.SecurityOptions ?? []).length > 0) lines.push(' Security Options:');
  for (const option of info.SecurityOptions ?? []) {
    const pairs = new Map(option.split(',').map((pair) => pair.split('=', 2) as [string, string]));
    lines.push(`  ${pairs.get('name') ?? option}`);
    if (pairs.has('profile')) lines.push(`   Profile: ${pairs.get('profile')}`);
  }
  return lines;
}

function machineLines(info: Info): string[] {
  const lines = [
    ...present(' Kernel Version:', info.KernelVersion),
    ...present(' Operating System:', info.OperatingSystem),
    ...present(' OSType:', info.OSType),
    ...present(' Architecture:', info.Architecture),
    ` CPUs: ${info.NCPU}`,
    ` Total Memory: ${bytesSize(info.MemTotal)}`,
    ...present(' Name:', info.Name),
    ...present(' ID:', info.ID),
    ` Docker Root Dir: ${info.DockerRootDir}`,
    ` Debug Mode: ${info.Debug}`,
    ...present(' HTTP Proxy:', info.HttpProxy),
    ...present(' HTTPS Proxy:', info.HttpsProxy),
    ...present(' No Proxy:', info.NoProxy),
  ];
  if ((info.Labels ?? []).length > 0) lines.push(' Labels:', ...info.Labels.map((label) => `  ${label}`));
  lines.push(` Experimental: ${info.ExperimentalBuild}`);
  const registry = info.RegistryConfig;
  const networks = registry?.InsecureRegistryCIDRs ?? [];
  const indexes = Object.values(registry?.IndexConfigs ?? {});
  if (networks.length > 0 || indexes.length > 0) {
    lines.push(' Insecure Registries:');
    for (const index of indexes) if (!index.Secure) lines.push(`  ${index.Name}`);
    for (const network of networks) lines.push(`  ${network}`);
  }
  const mirrors = registry?.Mirrors ?? [];
  if (mirrors.length > 0) lines.push(' Registry Mirrors:', ...mirrors.map((mirror) => `  ${mirror}`));
  lines.push(` Live Restore Enabled: ${info.LiveRestoreEnabled}`);
  return lines;
}
