/** ssh NODE [COMMAND …]. Follows OpenSSH 9.2's messages. */
import { type Bytes, fromUtf8 } from '../../base/bytes';
import { Errno, type Fd, type Process, remote, resolve, terminal, wait, write } from '../../base/process';
import type { Invocation } from './program';

const USAGE =
  'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]\n' +
  '           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]\n' +
  '           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]\n' +
  '           [-J destination] [-L address] [-l login_name] [-m mac_spec]\n' +
  '           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]\n' +
  '           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]\n' +
  '           destination [command [argument ...]]\n';

const FAILED = 255;

interface Target {
  readonly host: string;
  readonly command: Bytes | undefined;
  readonly noInput: boolean;
  readonly quiet: boolean;
}

/** Options before and after the host; what follows is the command, its words joined by blanks. */
function target(args: readonly Bytes[]): Target | undefined {
  let host: Bytes | undefined;
  let noInput = false;
  let quiet = false;
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word.startsWith('-') && word.length > 1) {
      if (/^-[bcDEeFIiJLlmOopRSWwBP]$/.test(word)) at++;
      else if (word.includes('n')) noInput = true;
      if (/^-[a-zA-Z]*q/.test(word)) quiet = true;
      continue;
    }
    if (host !== undefined) break;
    host = word;
  }
  if (host === undefined) return undefined;
  const words = args.slice(at);
  const name = fromUtf8(host)
    .replace(/^ssh:\/\//, '')
    .replace(/^[^@]*@/, '')
    .replace(/:\d+$/, '');
  return { host: name, command: words.length === 0 ? undefined : words.join(' '), noInput, quiet };
}

const REASONS: Partial<Record<Errno['code'], string>> = {
  ECONNREFUSED: 'Connection refused',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
};

export function* ssh(invocation: Invocation): Process<number> {
  if (invocation.args.includes('-V')) {
    yield* write(2, 'OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n');
    return 0;
  }
  const wanted = target(invocation.args);
  if (!wanted) {
    yield* write(2, USAGE);
    return FAILED;
  }
  const { host, command } = wanted;
  try {
    yield* resolve(host);
    const fds = new Map<Fd, Fd>([[1, 1], [2, 2], ...(wanted.noInput ? [] : ([[0, 0]] as const))]);
    const pid = yield* remote(host, command, fds);
    const status = yield* wait(pid);
    if (command === undefined && (yield* terminal(0)) !== undefined) yield* write(2, `Connection to ${host} closed.\n`);
    return status;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === 'ENOTFOUND')
      yield* write(2, `ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    else if (error.code === 'ECONNRESET' || error.code === 'EPIPE') {
      // The other machine lost its power while the command ran.
      yield* write(2, `client_loop: send disconnect: Broken pipe\n`);
    } else yield* write(2, `ssh: connect to host ${host} port 22: ${REASONS[error.code] ?? error.message}\n`);
    return FAILED;
  }
}
