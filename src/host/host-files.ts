/** The files of a fresh machine: one shared layer, and what is the machine's own made when it is opened. */
import type { Bytes } from '../base/bytes';
import type { Micros } from '../base/process';
import { LayerBuilder, type ReadOnlyLayer } from './files/layer';

/** When the disk image of the hosts was made: 2026-01-05. */
const INSTALLED: Micros = 1_767_600_000_000_000;

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
`;

const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
sudo:x:27:
www-data:x:33:
docker:x:999:
nogroup:x:65534:
`;

const BASHRC = `# ~/.bashrc: executed by bash(1) for non-login shells.
export LS_OPTIONS='--color=auto'
`;

const PROGRAMS = (
  'awk base64 basename bash bridge cat chgrp chmod chown clear cp curl cut date dd df diff dig dirname docker drill du echo env apt apt-get ' +
  'expr false find free getent git grep gzip head hostname id ip journalctl jq kill killall less ln ls md5sum mkdir mktemp more mount mv nano nc ' +
  'nproc nsenter nslookup openssl pgrep pidof ping pkill printf ps pwd readlink realpath rm rmdir sed seq service sh sha256sum sleep sort ssh ss ' +
  'stat su sudo systemctl tail tar tee test time timeout top touch tr traceroute true uname uniq uptime vi watch wc wget which ' +
  'whoami xargs yes'
).split(' ');

let shared: ReadOnlyLayer | undefined;

function base(): ReadOnlyLayer {
  if (shared) return shared;
  const layer = new LayerBuilder(INSTALLED);
  for (const path of [
    'boot',
    'dev',
    'home',
    'media',
    'mnt',
    'opt',
    'srv',
    'var/log',
    'var/tmp',
    'usr/share',
    'usr/lib',
  ])
    layer.directory(`/${path}`);
  layer.directory('/root', 0o700).directory('/tmp', 0o1777).directory('/var/lib/docker', 0o710);
  layer.directory('/usr/local/bin').programs('/usr/bin', PROGRAMS).directory('/usr/sbin').directory('/usr/local/sbin');
  layer.file('/usr/bin/dockerd', '\x7fELF', 0o755).file('/root/.bashrc', BASHRC).file('/root/.profile', '');
  layer.file('/etc/os-release', OS_RELEASE).file('/etc/passwd', PASSWD).file('/etc/group', GROUP);
  layer.file('/etc/debian_version', '12.9\n').file('/etc/docker/daemon.json', '{}\n').file('/etc/fstab', '');
  layer.file('/etc/shadow', '', 0o640).file('/etc/nsswitch.conf', 'hosts: files dns\n').directory('/etc/ssh');
  shared = layer.build();
  return shared;
}

/** What the machine's own files are made from, asked when one is opened. */
export interface HostFacts {
  readonly hostname: string;
  /** All machines of the LAN, by name, with their addresses. */
  machines(): readonly (readonly [string, string])[];
  readonly cpus: number;
  readonly memoryBytes: number;
  memoryUsed(): number;
  uptime(): Micros;
}

/** The base layer of one machine's disk. */
export function hostLayer(facts: HostFacts): ReadOnlyLayer {
  return new LayerBuilder(INSTALLED)
    .over(base())
    .generated('/etc/hostname', () => `${facts.hostname}\n`, 0o644)
    .generated('/etc/hosts', () => hostsText(facts), 0o644)
    .generated('/etc/resolv.conf', () => 'nameserver 192.168.0.1\n', 0o644)
    .build();
}

function hostsText(facts: HostFacts): Bytes {
  const lines = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback'];
  for (const [name, address] of facts.machines()) lines.push(`${address}\t${name}`);
  return `${lines.join('\n')}\n`;
}

/** What every machine's kernel says it is: `uname -r` and `uname -v`. */
export const KERNEL = { release: '6.1.0-31-amd64', version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)' };

const HOST_MOUNTS = `/dev/vda1 / ext4 rw,relatime,errors=remount-ro 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
tmpfs /run tmpfs rw,nosuid,nodev,size=405200k,mode=755 0 0
tmpfs /tmp tmpfs rw,nosuid,nodev 0 0
`;

/** /proc, of a machine or as a container sees it: the few files that people look at. `mounts` is what /proc/mounts says. */
export function procLayer(facts: HostFacts, mounts: () => Bytes = () => HOST_MOUNTS): ReadOnlyLayer {
  const kB = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
  return new LayerBuilder(INSTALLED)
    .directory('/', 0o555)
    .generated('/cpuinfo', () => cpuInfo(facts.cpus))
    .generated('/meminfo', () => {
      const free = facts.memoryBytes - facts.memoryUsed();
      return `MemTotal:       ${kB(facts.memoryBytes)}\nMemFree:        ${kB(free)}\nMemAvailable:   ${kB(free)}\n`;
    })
    .generated('/uptime', () => `${Math.floor(facts.uptime() / 1_000_000)}.00 0.00\n`)
    .generated('/mounts', mounts)
    .generated('/loadavg', () => '0.08 0.03 0.01 1/128 4242\n')
    .generated('/version', () => `Linux version ${KERNEL.release} (debian-kernel@lists.debian.org) ${KERNEL.version}\n`)
    .generated('/sys/kernel/hostname', () => `${facts.hostname}\n`)
    .generated('/sys/net/ipv4/ip_forward', () => '1\n')
    .build();
}

function cpuInfo(cpus: number): Bytes {
  let text = '';
  for (let cpu = 0; cpu < cpus; cpu++)
    text += `processor\t: ${cpu}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU @ 2.50GHz\ncpu MHz\t\t: 2500.000\ncpu cores\t: ${cpus}\n\n`;
  return text;
}
