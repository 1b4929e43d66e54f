/** Which programs a host and a container know. */
import { ab } from './ab';
import { base64 } from './base64';
import * as basic from './basic';
import * as control from './control';
import { curl } from './curl';
import { cut } from './cut';
import * as files from './files';
import { FILTERS, filterProgram } from './filter';
import { grep } from './grep';
import { brctl, bridge, ipProgram, nsenter } from './ip';
import { ls } from './list';
import * as more from './more-network';
import * as names from './names';
import * as network from './network';
import { apk, aptGet } from './packages';
import { pingProgram } from './ping';
import type { Program, Programs } from './program';
import { redisCli } from './redis-cli';
import * as services from './services';
import { shellProgram } from './shells';
import { ngrep, tcpdump } from './sniff';
import { ssh } from './ssh';
import { testProgram } from './test';
import * as text from './text';
import { dockerProgram, labProgram } from './tools';
import { wget } from './wget';

export { locateProgram } from './find';

const EDITOR =
  'no screen editor here yet: write the file with a here-document (cat > FILE <<EOF) or change it with sed -i';

/** What every Linux brings, small images too. */
const COMMON: readonly (readonly [string, Program])[] = [
  ['true', basic.trueProgram],
  ['false', basic.falseProgram],
  ['echo', basic.echo],
  ['printf', basic.printf],
  ['pwd', basic.pwd],
  ['sleep', basic.sleep],
  ['yes', basic.yes],
  ['seq', basic.seq],
  ['basename', basic.basename],
  ['dirname', basic.dirname],
  ['whoami', basic.whoami],
  ['id', basic.id],
  ['hostname', basic.hostname],
  ['uname', basic.uname],
  ['nproc', basic.nproc],
  ['arch', basic.arch],
  ['clear', basic.clear],
  ['reset', basic.clear],
  ['tty', basic.tty],
  ['env', basic.env],
  ['printenv', basic.printenv],
  ['which', basic.which],
  ['uptime', basic.uptime],
  ['test', testProgram],
  ['[', testProgram],
  ['tee', files.tee],
  ['ls', ls],
  ['mkdir', files.mkdir],
  ['rmdir', files.rmdir],
  ['rm', files.rm],
  ['cp', files.cp],
  ['mv', files.mv],
  ['touch', files.touch],
  ['chmod', files.chmod],
  ['realpath', files.realpath],
  ['mktemp', files.mktemp],
  ['head', text.head],
  ['tail', text.tail],
  ['wc', text.wc],
  ['base64', base64],
  ['cut', cut],
  ['tac', text.tac],
  ['rev', text.rev],
  ['uniq', text.uniq],
  ['less', text.pager],
  ['more', text.pager],
  ['grep', grep],
  ['egrep', grep],
  ['date', control.date],
  ['kill', control.killProgram],
  ['free', control.free],
  ['nohup', control.nohup],
  ['timeout', control.timeout],
  ['xargs', control.xargs],
  ['watch', control.watch],
  ['ip', ipProgram('iproute2')],
  ['ifconfig', network.ifconfig],
  ['nc', network.nc],
  ['getent', names.getent],
  ['mount', more.mount],
  ...FILTERS.filter((name) => name !== 'egrep').map((name) => [name, filterProgram] as const),
];

/** What packages bring, and images that have them installed. */
const PACKAGED: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['ab', ab],
  ['bash', shellProgram('bash')],
  ['brctl', brctl],
  ['bridge', bridge],
  ['nsenter', nsenter],
  ['curl', curl],
  ['wget', wget],
  ['dig', names.dig],
  ['drill', names.drill],
  ['host', names.host],
  ['nslookup', names.nslookupProgram('bind')],
  ['ping', pingProgram('iputils')],
  ['ps', control.psProgram('procps')],
  ['free', control.free],
  ['watch', control.watch],
  ['uptime', basic.uptime],
  ['ip', ipProgram('iproute2')],
  ['ifconfig', network.ifconfig],
  ['nc', network.nc],
  ['less', text.pager],
  ['ssh', ssh],
  ['sudo', control.sudo],
  ['docker', dockerProgram],
  ['redis-cli', redisCli],
  ['telnet', more.telnet],
  ['tcpdump', tcpdump],
  ['ngrep', ngrep],
  ['traceroute', more.traceroute],
  ...FILTERS.map((name) => [name, filterProgram] as const),
]);

class ProgramTable extends Map<string, Program> implements Programs {
  readonly packaged = PACKAGED;
}

const HOST: Programs = new ProgramTable([
  ...COMMON,
  ['bash', shellProgram('bash')],
  ['sh', shellProgram('bash')],
  ['cat', files.catProgram('gnu')],
  ['ps', control.psProgram('procps')],
  ['ping', pingProgram('iputils')],
  ['curl', curl],
  ['wget', wget],
  ['dig', names.dig],
  ['drill', names.drill],
  ['host', names.host],
  ['nslookup', names.nslookupProgram('bind')],
  ['ssh', ssh],
  ['sudo', control.sudo],
  ['systemctl', services.systemctl],
  ['service', services.systemctl],
  ['journalctl', services.journalctl],
  ['dockerd', services.dockerd],
  ['pidof', services.pidof],
  ['pgrep', services.byName],
  ['pkill', services.byName],
  ['killall', services.byName],
  ['docker', dockerProgram],
  ['lab', labProgram],
  ['nano', basic.refused(EDITOR)],
  ['vi', basic.refused(EDITOR)],
  ['vim', basic.refused(EDITOR)],
  ['emacs', basic.refused(EDITOR)],
  ['openssl', basic.refused('certificates cannot be taken apart here yet')],
  ['top', basic.refused("use 'ps aux', or 'docker stats' later: a screen of its own is not drawn here")],
  ['apt-get', aptGet],
  ['apt', aptGet],
  ['traceroute', more.traceroute],
  ['bridge', bridge],
  ['nsenter', nsenter],
  ['tcpdump', tcpdump],
  ...['tar', 'gzip', 'gunzip', 'zcat'].map(
    (name) => [name, basic.refused('nothing is packed or unpacked here')] as const,
  ),
  ['git', basic.refused('there is no repository to reach: write the files with here-documents')],
  [
    'docker-compose',
    basic.refused("the old compose command is not part of this machine; 'docker stack deploy' takes the same files"),
  ],
]);

/** Everything that a host has, docker and lab included. */
export function hostPrograms(): Programs {
  return HOST;
}

const BUSYBOX: readonly (readonly [string, Program])[] = [
  ...COMMON,
  ['sh', shellProgram('ash')],
  ['ash', shellProgram('ash')],
  ['cat', files.catProgram('busybox')],
  ['ps', control.psProgram('busybox')],
  ['ping', pingProgram('busybox')],
  ['ip', ipProgram('busybox')],
  ['nsenter', nsenter],
  ['wget', wget],
  ['nslookup', names.nslookupProgram('busybox')],
  ['traceroute', more.traceroute],
  ['apk', apk],
  ['vi', basic.refused(EDITOR)],
];

/** Debian's small images bring bash and the core tools, and neither ps nor any network tool. */
const DEBIAN: readonly (readonly [string, Program])[] = [
  ...COMMON.filter(
    ([name]) =>
      !['ip', 'ifconfig', 'nc', 'less', 'watch', 'free', 'uptime', 'jq', 'tree', 'file', 'column'].includes(name),
  ),
  ['bash', shellProgram('bash')],
  ['sh', shellProgram('dash')],
  ['dash', shellProgram('dash')],
  ['cat', files.catProgram('gnu')],
  ['apt-get', aptGet],
  ['apt', aptGet],
];

/**
 * What an image brings: `busybox` for small ones, `debian` for the others. `extra` are programs that only this image
 * has (redis-cli, or curl), or docker when the socket is mounted; see {@link programsNamed}.
 */
export function containerPrograms(family: 'busybox' | 'debian', extra: Programs = new Map()): Programs {
  return new ProgramTable([...(family === 'busybox' ? BUSYBOX : DEBIAN), ...extra]);
}

/** curl, ping, dig and the like by name, for images that bring them (netshoot, curlimages/curl). */
export function programsNamed(...wanted: readonly string[]): Programs {
  const out = new Map<string, Program>();
  for (const name of wanted) {
    const program = HOST.get(name) ?? PACKAGED.get(name);
    if (program) out.set(name, program);
  }
  return out;
}
