/** What a container asks of the kernel and of its own files: found out at its creation or start. */
import type { Bytes } from '../base/bytes';
import type { Container, HostConfig } from './types';

const CAPABILITIES = (
  'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER ' +
  'FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE ' +
  'SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
).split(' ');

const OOM_SCORE_MAX = 1000;

/** Why these settings are refused at the creation. Follows moby/moby daemon/pkg/oci/caps and daemon_unix.go. */
export function kernelRefusal(host: HostConfig): string | undefined {
  for (const list of ['CapAdd', 'CapDrop'] as const) {
    for (const given of (host[list] as readonly string[] | null | undefined) ?? []) {
      const name = given.toUpperCase().replace(/^CAP_/, '');
      if (name !== 'ALL' && name !== 'RESET' && !CAPABILITIES.includes(name))
        return `invalid ${list}: unknown capability: "CAP_${name}"`;
    }
  }
  const score = Number(host['OomScoreAdj'] ?? 0);
  if (Math.abs(score) > OOM_SCORE_MAX) return `Invalid value ${score}, range for oom score adj is [-1000, 1000]`;
  const isolation = String(host['Isolation'] ?? '');
  return isolation === '' || isolation === 'default' ? undefined : `invalid isolation '${isolation}' on linux`;
}

const SYSCTLS =
  /^(?:kernel\.(?:msg(?:max|mnb|mni)|sem|shm(?:all|max|mni|_rmid_forced)|domainname)|(?:fs\.mqueue|net)\..+)$/;

/**
 * Why the container cannot be started, undefined when it can. `read` gives a file of the container.
 * Follows moby/sys user/user.go, GetExecUser, and opencontainers/runc libcontainer/configs/validate, sysctl.
 */
export function startRefusal(container: Container, read: (path: string) => Bytes | undefined): string | undefined {
  const { config, hostConfig } = container;
  const [user = '', group = ''] = (config.User ?? '').split(':');
  const has = (path: string, name: string): boolean =>
    /^\d*$/.test(name) || (read(path) ?? '').split('\n').some((line) => line.startsWith(`${name}:`));
  if (!has('/etc/passwd', user)) return `unable to find user ${user}: no matching entries in passwd file`;
  const groups = [group, ...((hostConfig['GroupAdd'] as readonly string[] | null | undefined) ?? [])];
  const unknown = groups.find((name) => !has('/etc/group', name));
  if (unknown !== undefined) return `unable to find group ${unknown}: no matching entries in group file`;
  const sysctl = Object.keys((hostConfig['Sysctls'] as object | undefined) ?? {}).find((name) => !SYSCTLS.test(name));
  if (sysctl === undefined) return undefined;
  return `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: sysctl "${sysctl}" is not in a separate kernel namespace`;
}
