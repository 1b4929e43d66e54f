/** Prompts: PS1 with bash's escapes. */
import { type Bytes, utf8 } from '../../base/bytes';
import { now, type Process } from '../../base/process';
import { clock } from '../text/date';
import { Fatal } from './flow';
import type { Shell } from './shell';

/** The prompt to show. `\[` and `\]` are dropped: the line editor measures escape sequences itself. */
export function* promptText(shell: Shell, name: 'PS1' | 'PS2'): Process<Bytes> {
  const raw = shell.get(name) ?? '';
  const host = shell.get('HOSTNAME') ?? '';
  const at = yield* now();
  const decoded = raw.replace(/\\([0-7]{3}|[\s\S])/g, (_, code: string) => {
    switch (code) {
      case 'h':
        return host.split('.')[0]!;
      case 'H':
        return host;
      case 'u':
        return 'root';
      case 'w':
        return directory(shell, false);
      case 'W':
        return directory(shell, true);
      case '$':
        return shell.get('USER') === undefined || shell.get('USER') === 'root' ? '#' : '\\$';
      case 's':
        return shell.name;
      case 't':
        return clock(at);
      case 'A':
        return clock(at).slice(0, 5);
      case 'j':
        return String(shell.jobs.length);
      case '!':
      case '#':
        return String(shell.history.length + 1);
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'e':
        return '\x1b';
      case 'a':
        return '\x07';
      case '[':
      case ']':
        return '';
      case '\\':
        return '\\\\';
      default:
        return /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8) & 255) : `\\${code}`;
    }
  });
  if (!/[$`\\]/.test(decoded)) return decoded;
  const { status } = shell;
  try {
    return yield* shell.interpreter.expandTyped(shell, `"${decoded.replaceAll('"', '\\"')}"`);
  } catch (error) {
    if (error instanceof Fatal) return decoded;
    throw error;
  } finally {
    shell.status = status;
  }
}

function directory(shell: Shell, last: boolean): Bytes {
  const home = shell.get('HOME') ?? '/root';
  const cwd = utf8(shell.cwd);
  const short = cwd === home ? '~' : cwd.startsWith(`${home}/`) ? `~${cwd.slice(home.length)}` : cwd;
  return last && short !== '/' ? short.slice(short.lastIndexOf('/') + 1) : short;
}
