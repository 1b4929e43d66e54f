/**
 * The container part of a service's spec: read from a request, checked, and kept in the order and with the defaults that
 * it has after dockerd's way through protobuf and back. Follows moby/moby daemon/cluster/convert/container.go.
 */
import type { ConfigReference, ContainerSpec, HealthConfig, Mount, SecretReference } from '../../api/index';
import { refuse } from '../refusal';
import type { Reader } from '../request';
import { given, members, sortedMap } from './members';

export function containerSpec(from: Reader): ContainerSpec {
  const dns = from.object('DNSConfig');
  const healthcheck = from.object('Healthcheck');
  return members<ContainerSpec>({
    Image: given(from.string('Image')),
    Labels: given(from.labels('Labels')),
    Command: given(from.strings('Command')),
    Args: given(from.strings('Args')),
    Hostname: given(from.string('Hostname')),
    Env: given(from.strings('Env')),
    Dir: given(from.string('Dir')),
    User: given(from.string('User')),
    Groups: given(from.strings('Groups')),
    Privileges: privileges(from.object('Privileges')),
    Init: from.boolean('Init'),
    StopSignal: given(from.string('StopSignal')),
    TTY: given(from.boolean('TTY')),
    OpenStdin: given(from.boolean('OpenStdin')),
    ReadOnly: given(from.boolean('ReadOnly')),
    Mounts: given(from.objects('Mounts').map(mount)),
    StopGracePeriod: from.integer('StopGracePeriod'),
    Healthcheck: healthcheck && healthConfig(healthcheck),
    Hosts: given(from.strings('Hosts')),
    DNSConfig:
      dns &&
      members({
        Nameservers: given(dns.strings('Nameservers')),
        Search: given(dns.strings('Search')),
        Options: given(dns.strings('Options')),
      }),
    Secrets: given(from.objects('Secrets').flatMap(secretReference)),
    Configs: given(from.objects('Configs').map(configReference)),
    Isolation: /^(?:hyperv|process)$/i.test(from.string('Isolation') ?? '')
      ? from.string('Isolation')!.toLowerCase()
      : 'default',
    Sysctls: given(from.labels('Sysctls')),
    CapabilityAdd: given(from.strings('CapabilityAdd')),
    CapabilityDrop: given(from.strings('CapabilityDrop')),
    Ulimits: given(from.objects('Ulimits').map(ulimit)),
    OomScoreAdj: given(from.integer('OomScoreAdj')),
  });
}

function ulimit(from: Reader): { Name: string; Hard: number; Soft: number } {
  return Object.freeze({
    Name: from.string('Name') ?? '',
    Hard: from.integer('Hard') ?? 0,
    Soft: from.integer('Soft') ?? 0,
  });
}

function fileTarget(from: Reader): { Name: string; UID: string; GID: string; Mode: number } {
  return Object.freeze({
    Name: from.string('Name') ?? '',
    UID: from.string('UID') ?? '',
    GID: from.string('GID') ?? '',
    Mode: from.integer('Mode') ?? 0,
  });
}

/** A reference without a file is dropped, as dockerd does when it reads the spec back. */
function secretReference(from: Reader): readonly SecretReference[] {
  const file = from.object('File');
  if (!file) return [];
  return [
    Object.freeze({
      File: fileTarget(file),
      SecretID: from.string('SecretID') ?? '',
      SecretName: from.string('SecretName') ?? '',
    }),
  ];
}

function configReference(from: Reader): ConfigReference {
  const file = from.object('File');
  const runtime = from.has('Runtime');
  if (!file && !runtime) return refuse(400, 'invalid Config: either File or Runtime should be set');
  if (file && runtime) return refuse(400, 'invalid Config: cannot specify both File and Runtime');
  return members<ConfigReference>({
    File: file && fileTarget(file),
    Runtime: runtime ? Object.freeze({}) : undefined,
    ConfigID: from.string('ConfigID') ?? '',
    ConfigName: from.string('ConfigName') ?? '',
  });
}

function healthConfig(from: Reader): HealthConfig {
  return members<HealthConfig>({
    Test: given(from.strings('Test')),
    Interval: given(from.integer('Interval')),
    Timeout: given(from.integer('Timeout')),
    StartPeriod: given(from.integer('StartPeriod')),
    StartInterval: given(from.integer('StartInterval')),
    Retries: given(from.integer('Retries')),
  });
}

const MOUNT_TYPES = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster'];
const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

function mount(from: Reader): Mount {
  const type = from.string('Type') ?? '';
  if (type !== '' && !MOUNT_TYPES.includes(type.toLowerCase())) refuse(400, `invalid MountType: "${type}"`);
  const volume = from.object('VolumeOptions');
  const driver = volume?.object('DriverConfig');
  const tmpfs = from.object('TmpfsOptions');
  return members<Mount>({
    Type: type === '' ? 'bind' : type.toLowerCase(),
    Source: given(from.string('Source')),
    Target: given(from.string('Target')),
    ReadOnly: given(from.boolean('ReadOnly')),
    BindOptions: bindOptions(from.object('BindOptions')),
    VolumeOptions:
      volume &&
      members({
        NoCopy: given(volume.boolean('NoCopy')),
        Labels: given(volume.labels('Labels')),
        Subpath: given(volume.string('Subpath')),
        DriverConfig:
          driver && members({ Name: given(driver.string('Name')), Options: given(driver.labels('Options')) }),
      }),
    TmpfsOptions:
      tmpfs && members({ SizeBytes: given(tmpfs.integer('SizeBytes')), Mode: given(tmpfs.integer('Mode')) }),
  });
}

/** Only a propagation or a non-recursive bind is kept; the others get lost on the way in. */
function bindOptions(from: Reader | undefined): Mount['BindOptions'] {
  if (!from) return undefined;
  const propagation = (from.string('Propagation') ?? '').toLowerCase();
  const nonRecursive = from.boolean('NonRecursive') === true;
  if (propagation !== '' && !PROPAGATIONS.includes(propagation)) {
    refuse(400, `invalid MountPropagation: "${from.string('Propagation')}"`);
  }
  if (propagation === '' && !nonRecursive) return undefined;
  return members({ Propagation: propagation || 'rprivate', NonRecursive: given(nonRecursive) });
}

function privileges(from: Reader | undefined): ContainerSpec['Privileges'] {
  if (!from) return undefined;
  return members({
    CredentialSpec: credentialSpec(from.object('CredentialSpec')),
    SELinuxContext: seLinuxContext(from.object('SELinuxContext')),
    Seccomp: options(from.object('Seccomp'), ['Mode', 'Profile']),
    AppArmor: options(from.object('AppArmor'), ['Mode']),
    NoNewPrivileges: from.boolean('NoNewPrivileges') === true,
  });
}

function options(from: Reader | undefined, names: readonly string[]): { [name: string]: string } | undefined {
  if (!from) return undefined;
  const entries = names.map((name): [string, string] => [name, from.string(name) ?? '']);
  return Object.freeze(Object.fromEntries(entries.filter(([, value]) => value !== '')));
}

function credentialSpec(from: Reader | undefined): unknown {
  if (!from) return null;
  const given = ['Config', 'File', 'Registry'].filter((name) => (from.string(name) ?? '') !== '');
  const words = given.map((name) => `"${name.toLowerCase()}"`);
  if (given.length === 0) {
    refuse(400, 'invalid CredentialSpec: must either provide "file", "registry", or "config" for credential spec');
  }
  if (given.length === 2) {
    refuse(400, `invalid CredentialSpec: cannot specify both ${words[0]} and ${words[1]} credential specs`);
  }
  if (given.length > 2) {
    refuse(
      400,
      `invalid CredentialSpec: cannot specify both ${words[0]}, ${words[1]}, and ${words[2]} credential specs`,
    );
  }
  const value = (name: string): string => from.string(name) ?? '';
  return Object.freeze({ Config: value('Config'), File: value('File'), Registry: value('Registry') });
}

function seLinuxContext(from: Reader | undefined): unknown {
  if (!from) return null;
  const value = (name: string): string => from.string(name) ?? '';
  return Object.freeze({
    Disable: from.boolean('Disable') === true,
    User: value('User'),
    Role: value('Role'),
    Type: value('Type'),
    Level: value('Level'),
  });
}

/** Labels that are always written, be they empty. */
export function labelsOf(from: Reader): { readonly [key: string]: string } {
  return sortedMap(from.labels('Labels'));
}
