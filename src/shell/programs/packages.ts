/** apk and apt-get: packages whose programs this world knows, from a mirror beside the registry of images. */
import { fromUtf8 } from '../../base/bytes';
import { changeFile, Errno, type Process, readFile, sleep, stat, write, writeFile } from '../../base/process';
import { EXECUTABLE } from './find';
import type { Invocation } from './program';

interface Package {
  readonly version: string;
  /** Its download, kilobytes. */
  readonly size: number;
  readonly programs: readonly string[];
}

/** `name version kB program,program` a line; a name may have several spellings, as Alpine and Debian differ. */
const PACKAGES: ReadonlyMap<string, Package> = new Map(
  `curl 8.14.1 250 curl
wget 1.25.0 390 wget
bash 5.2.37 500 bash
jq 1.8.0 150 jq
drill|ldns-tools|ldnsutils 1.8.4 120 drill
bind-tools|bind9-dnsutils|dnsutils 9.20.15 700 dig,host,nslookup
bind9-host 9.18.33 300 host
iputils|iputils-ping 20240905 60 ping
iputils-tracepath 20240905 20 tracepath
apache2-utils 2.4.65 90 ab
iproute2 6.15.0 400 ip,ss,bridge
net-tools 2.10 190 ifconfig,arp,netstat,route
bridge-utils 1.7.1 30 brctl
tcpdump 4.99.5 480 tcpdump
ngrep 1.47 40 ngrep
traceroute 2.1.6 40 traceroute
busybox-extras|telnet|inetutils-telnet 1.37.0 60 telnet
netcat-openbsd|netcat|netcat-traditional 1.229 40 nc
redis|redis-tools 8.0.4 900 redis-cli
procps|procps-ng 4.0.4 400 ps,top,free,watch,uptime
less 668 100 less
tree 2.2.1 50 tree
openssl 3.5.4 500 openssl
openssh-client|openssh 10.0 700 ssh
git 2.49.1 2500 git
vim 9.1 900 vim
nano 8.4 300 nano
htop 3.4.1 100 htop
iperf|iperf3 3.19 80 iperf3
httping 4.3 30 httping
nmap 7.97 4000 nmap
mysql-client|mariadb-client|default-mysql-client 11.4 3000 mysql
postgresql-client 17.6 1500 psql
python3 3.12.12 9000 python3
socat 1.8.0 200 socat
strace 6.15 500 strace
ca-certificates 20250911 150
tzdata 2025 400
coreutils 9.7 500
util-linux 2.41 100
gawk 5.3.2 700 gawk
sed 4.9 200 sed
grep 3.12 150 grep
sudo 1.9.17 700 sudo
gnupg 2.4.7 500 gpg
lsb-release 12 10 lsb_release
apt-transport-https 2.6 10
software-properties-common 0.99 10
docker-cli|docker.io|docker-ce-cli 28.2.2 9000 docker`
    .split('\n')
    .flatMap((line) => {
      const [names = '', version = '', size = '', programs = ''] = line.split(' ');
      const entry: Package = {
        version,
        size: Number(size),
        programs: programs.split(',').filter((name) => name !== ''),
      };
      return names.split('|').map((name): [string, Package] => [name, entry]);
    }),
);

function* exists(path: string): Process<boolean> {
  try {
    yield* stat(path);
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return false;
  }
}

function* makeDirectory(path: string): Process<void> {
  let at = '';
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`;
    if (!(yield* exists(at))) yield* changeFile({ op: 'mkdir', path: at });
  }
}

/** The names in a list that a package manager keeps. */
function* installed(list: string): Process<string[]> {
  try {
    return (yield* readFile(list)).split('\n').filter((name) => name !== '');
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return [];
  }
}

function* keep(list: string, names: readonly string[]): Process<void> {
  yield* makeDirectory(list.slice(0, list.lastIndexOf('/')));
  yield* writeFile(list, names.map((name) => `${name}\n`).join(''));
}

/** Fetches at 20 MB a second and writes the executables. */
function* unpack(name: string): Process<void> {
  const { size, programs } = PACKAGES.get(name)!;
  yield* sleep(150_000 + size * 50);
  yield* makeDirectory('/usr/bin');
  for (const program of programs) {
    if (!(yield* exists(`/usr/bin/${program}`)) && !(yield* exists(`/bin/${program}`)))
      yield* writeFile(`/usr/bin/${program}`, EXECUTABLE, { mode: 0o755 });
  }
}

const APK_LIST = '/lib/apk/db/installed';
/** What Alpine's image holds before anything is added: 16 packages, 8 MiB. */
const APK_BASE = { count: 16, mib: 8 };

function* apkSum(names: readonly string[]): Process<void> {
  const size = names.reduce((sum, name) => sum + PACKAGES.get(name)!.size * 2.5, 0);
  const total = APK_BASE.mib + Math.floor(size / 1024);
  yield* write(1, `OK: ${total} MiB in ${APK_BASE.count + names.length} packages\n`);
}

/** apk update, add, del, info. Options change nothing but what is fetched, and are taken as they are. */
export function* apk(invocation: Invocation): Process<number> {
  const [verb, ...names] = invocation.args.map(fromUtf8).filter((word) => !word.startsWith('-'));
  const have = yield* installed(APK_LIST);
  switch (verb) {
    case 'update':
      yield* sleep(400_000);
      yield* write(1, 'OK: 26320 distinct packages available\n');
      return 0;
    case 'add':
      return yield* apkAdd(names, have);
    case 'del': {
      const left = have.filter((name) => !names.includes(name));
      for (const name of have.filter((each) => names.includes(each))) yield* remove(name);
      yield* keep(APK_LIST, left);
      yield* apkSum(left);
      return 0;
    }
    case 'info':
    case 'list':
      yield* write(1, have.map((name) => `${name}\n`).join(''));
      return 0;
    default:
      yield* write(2, `apk: update, add, del and info are what this playground models of apk\n`);
      return 1;
  }
}

function* apkAdd(names: readonly string[], have: readonly string[]): Process<number> {
  const unknown = names.filter((name) => !PACKAGES.has(name.replace(/[=<>~@].*$/, '')));
  if (unknown.length > 0) {
    const lines = unknown.map((name) => `  ${name} (no such package):\n    required by: world[${name}]\n`);
    yield* write(2, `ERROR: unable to select packages:\n${lines.join('')}`);
    return unknown.length;
  }
  const wanted = [...new Set(names.map((name) => name.replace(/[=<>~@].*$/, '')))].filter(
    (name) => !have.includes(name),
  );
  for (const [at, name] of wanted.entries()) {
    const { version } = PACKAGES.get(name)!;
    yield* write(1, `(${at + 1}/${wanted.length}) Installing ${name} (${version}-r0)\n`);
    yield* unpack(name);
  }
  if (wanted.length > 0) yield* write(1, 'Executing busybox-1.37.0-r19.trigger\n');
  const all = [...have, ...wanted];
  yield* keep(APK_LIST, all);
  yield* apkSum(all);
  return 0;
}

function* remove(name: string): Process<void> {
  for (const program of PACKAGES.get(name)?.programs ?? []) {
    if (yield* exists(`/usr/bin/${program}`)) yield* changeFile({ op: 'remove', path: `/usr/bin/${program}` });
  }
}

const APT_LIST = '/var/lib/dpkg/added';
const APT_INDEX = '/var/lib/apt/lists/index';

/** apt-get (or apt) update, install, remove; `-y` need not be given, for nobody is asked. */
export function* aptGet(invocation: Invocation): Process<number> {
  const [verb, ...names] = invocation.args.map(fromUtf8).filter((word) => !word.startsWith('-'));
  const quiet = invocation.args.some((word) => word.startsWith('-q'));
  const reading = 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n';
  switch (verb) {
    case 'update':
      yield* sleep(1_500_000);
      yield* keep(APT_INDEX, ['fetched']);
      if (!quiet) yield* write(1, 'Reading package lists...\n');
      return 0;
    case 'upgrade':
    case 'clean':
    case 'autoremove':
      if (verb !== 'clean')
        yield* write(1, `${reading}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`);
      return 0;
    case 'install':
      return yield* aptInstall(names, reading);
    case 'remove':
    case 'purge':
      for (const name of names) yield* remove(name);
      yield* keep(
        APT_LIST,
        (yield* installed(APT_LIST)).filter((name) => !names.includes(name)),
      );
      yield* write(1, `${reading}0 upgraded, 0 newly installed, ${names.length} to remove and 0 not upgraded.\n`);
      return 0;
    default:
      yield* write(2, `E: Invalid operation ${verb ?? ''}\n`);
      return 100;
  }
}

function* aptInstall(words: readonly string[], reading: string): Process<number> {
  const names = words.map((word) => word.replace(/=.*$/, ''));
  yield* write(1, reading);
  // A container's image carries no lists; a machine's were fetched when it was installed.
  const lists = (yield* exists(APT_INDEX)) || (yield* exists('/etc/fstab'));
  const unknown = names.filter((name) => !lists || !PACKAGES.has(name));
  if (unknown.length > 0) {
    yield* write(2, unknown.map((name) => `E: Unable to locate package ${name}\n`).join(''));
    return 100;
  }
  const have = yield* installed(APT_LIST);
  const wanted = [...new Set(names)].filter((name) => !have.includes(name));
  for (const name of names.filter((each) => have.includes(each)))
    yield* write(1, `${name} is already the newest version (${PACKAGES.get(name)!.version}).\n`);
  if (wanted.length > 0)
    yield* write(1, `The following NEW packages will be installed:\n  ${[...wanted].sort(byName).join(' ')}\n`);
  yield* write(1, `0 upgraded, ${wanted.length} newly installed, 0 to remove and 0 not upgraded.\n`);
  const size = wanted.reduce((sum, name) => sum + PACKAGES.get(name)!.size, 0);
  if (wanted.length > 0) {
    yield* write(1, `Need to get ${size} kB of archives.\n`);
    yield* write(1, `After this operation, ${size * 3} kB of additional disk space will be used.\n`);
  }
  for (const name of wanted) {
    yield* write(1, `Selecting previously unselected package ${name}.\n`);
    yield* unpack(name);
  }
  for (const name of wanted) yield* write(1, `Setting up ${name} (${PACKAGES.get(name)!.version}) ...\n`);
  yield* keep(APT_LIST, [...have, ...wanted]);
  return 0;
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
