/** A container's host settings as inspect shows them: every member, in dockerd's order, with its defaults. */
import type { HostConfig as ApiHostConfig } from '../../api/index';
import type { HostConfig } from '../../host/index';

/** Recorded from Docker Engine 28.5. undefined: the member exists only where it was given. */
const DEFAULTS: readonly (readonly [string, unknown])[] = [
  ['Binds', null],
  ['ContainerIDFile', ''],
  ['LogConfig', { Type: 'json-file', Config: {} }],
  ['NetworkMode', 'bridge'],
  ['PortBindings', {}],
  ['RestartPolicy', { Name: 'no', MaximumRetryCount: 0 }],
  ['AutoRemove', false],
  ['VolumeDriver', ''],
  ['VolumesFrom', null],
  ['ConsoleSize', [0, 0]],
  ['Annotations', undefined],
  ['CapAdd', null],
  ['CapDrop', null],
  ['CgroupnsMode', 'private'],
  ['Dns', null],
  ['DnsOptions', null],
  ['DnsSearch', null],
  ['ExtraHosts', null],
  ['GroupAdd', null],
  ['IpcMode', 'private'],
  ['Cgroup', ''],
  ['Links', null],
  ['OomScoreAdj', 0],
  ['PidMode', ''],
  ['Privileged', false],
  ['PublishAllPorts', false],
  ['ReadonlyRootfs', false],
  ['SecurityOpt', null],
  ['StorageOpt', undefined],
  ['Tmpfs', undefined],
  ['UTSMode', ''],
  ['UsernsMode', ''],
  ['ShmSize', 67_108_864],
  ['Sysctls', undefined],
  ['Runtime', 'runc'],
  ['Isolation', ''],
  ['CpuShares', 0],
  ['Memory', 0],
  ['NanoCpus', 0],
  ['CgroupParent', ''],
  ['BlkioWeight', 0],
  ['BlkioWeightDevice', null],
  ['BlkioDeviceReadBps', null],
  ['BlkioDeviceWriteBps', null],
  ['BlkioDeviceReadIOps', null],
  ['BlkioDeviceWriteIOps', null],
  ['CpuPeriod', 0],
  ['CpuQuota', 0],
  ['CpuRealtimePeriod', 0],
  ['CpuRealtimeRuntime', 0],
  ['CpusetCpus', ''],
  ['CpusetMems', ''],
  ['Devices', null],
  ['DeviceCgroupRules', null],
  ['DeviceRequests', null],
  ['MemoryReservation', 0],
  ['MemorySwap', 0],
  ['MemorySwappiness', null],
  ['OomKillDisable', null],
  ['PidsLimit', null],
  ['Ulimits', []],
  ['CpuCount', 0],
  ['CpuPercent', 0],
  ['IOMaximumIOps', 0],
  ['IOMaximumBandwidth', 0],
  ['Mounts', undefined],
  [
    'MaskedPaths',
    (
      '/proc/asound /proc/acpi /proc/interrupts /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list ' +
      '/proc/timer_stats /proc/sched_debug /proc/scsi /sys/firmware /sys/devices/virtual/powercap'
    ).split(' '),
  ],
  ['ReadonlyPaths', '/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger'.split(' ')],
  ['Init', undefined],
];

const PRIVILEGED_PATHS = ['MaskedPaths', 'ReadonlyPaths'];

export function hostConfigView(config: HostConfig): ApiHostConfig {
  const out: { [key: string]: unknown } = {};
  for (const [name, standard] of DEFAULTS) {
    const given = config[name];
    const value = given === undefined || (given === null && standard !== undefined) ? standard : given;
    if (value === undefined || value === null) {
      if (standard === null) out[name] = null;
    } else out[name] = value;
  }
  if (config.NetworkMode === 'default' || config.NetworkMode === '') out['NetworkMode'] = 'bridge';
  if ((config.RestartPolicy?.Name ?? '') === '') out['RestartPolicy'] = { Name: 'no', MaximumRetryCount: 0 };
  if ((config['LogConfig'] as { Type?: string } | undefined)?.Type === '')
    out['LogConfig'] = { Type: 'json-file', Config: {} };
  for (const [name, standard] of DEFAULTS) {
    const isText = typeof standard === 'string' && standard !== '';
    if ((isText && out[name] === '') || (name === 'ShmSize' && out[name] === 0)) out[name] = standard;
  }
  if (config.Memory && !config['MemorySwap']) out['MemorySwap'] = config.Memory * 2;
  if (config.Privileged) for (const name of PRIVILEGED_PATHS) out[name] = null;
  return out as ApiHostConfig;
}
