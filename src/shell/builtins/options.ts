/** set and shopt. */
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import { quoteAsNeeded } from '../interpreter/escapes';
import type { Flags, Shell } from '../interpreter/shell';

const LETTERS: Record<string, keyof Flags> = {
  a: 'allexport',
  C: 'noclobber',
  e: 'errexit',
  E: 'errtrace',
  f: 'noglob',
  H: 'histexpand',
  m: 'monitor',
  n: 'noexec',
  T: 'functrace',
  u: 'nounset',
  v: 'verbose',
  x: 'xtrace',
};

/** Options that only name what is always so here. */
const FIXED: Record<string, boolean> = {
  braceexpand: true,
  emacs: true,
  hashall: true,
  history: true,
  'interactive-comments': true,
  posix: false,
  physical: false,
  privileged: false,
  vi: false,
  notify: false,
  nolog: false,
  onecmd: false,
  keyword: false,
  ignoreeof: false,
};

export function* set(shell: Shell, args: readonly Bytes[]): Process<number> {
  if (args.length === 0) {
    for (const name of shell.variables.names()) {
      const value = shell.variables.lookup(name)?.value();
      if (value !== undefined) yield* shell.out(`${name}=${value === '' ? '' : quoteAsNeeded(value)}\n`);
    }
    return 0;
  }
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at]!;
    if (word === '--' || word === '-') {
      shell.positional = args.slice(at + 1);
      if (word === '-') shell.flags.xtrace = false;
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word[0] === '-';
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = args[++at];
        const status = yield* setNamed(shell, name, on);
        if (status !== 0) return status;
      } else if (LETTERS[letter] !== undefined) shell.flags[LETTERS[letter]] = on;
      else if (!'BhkptP'.includes(letter)) {
        yield* shell.complain(`set: ${word[0]}${letter}: invalid option`);
        yield* shell.err('set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n');
        return 2;
      }
    }
  }
  if (at < args.length) shell.positional = args.slice(at);
  return 0;
}

function* setNamed(shell: Shell, name: Bytes | undefined, on: boolean): Process<number> {
  if (name === undefined) {
    const all = new Map<string, boolean>([...Object.entries(FIXED), ...Object.entries(shell.flags)]);
    for (const key of [...all.keys()].sort((a, b) => (a < b ? -1 : 1))) {
      const value = all.get(key) ? 'on' : 'off';
      yield* shell.out(on ? `${key.padEnd(15)}\t${value}\n` : `set ${all.get(key) ? '-' : '+'}o ${key}\n`);
    }
    return 0;
  }
  if (name in shell.flags) {
    shell.flags[name as keyof Flags] = on;
    return 0;
  }
  if (name in FIXED) return 0;
  yield* shell.complain(`set: ${name}: invalid option name`);
  return 2;
}

const SHOPTS =
  'autocd cdable_vars cdspell checkhash checkjobs checkwinsize cmdhist compat31 direxpand dirspell dotglob execfail expand_aliases extdebug extglob extquote failglob force_fignore globasciiranges globstar gnu_errfmt histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lastpipe lithist localvar_inherit localvar_unset login_shell mailwarn nocaseglob nocasematch nullglob patsub_replacement progcomp progcomp_alias promptvars restricted_shell shift_verbose sourcepath varredir_close xpg_echo'.split(
    ' ',
  );

export function* shopt(shell: Shell, args: readonly Bytes[]): Process<number> {
  const options = args.filter((word) => /^-[supqo]+$/.test(word)).join('');
  const names = args.filter((word) => !/^-/.test(word));
  let status = 0;
  for (const name of names) {
    if (!SHOPTS.includes(name)) {
      yield* shell.complain(`shopt: ${name}: invalid shell option name`);
      status = 1;
      continue;
    }
    if (options.includes('s')) shell.shopts.add(name);
    else if (options.includes('u')) shell.shopts.delete(name);
    else {
      if (!options.includes('q')) yield* shell.out(shown(shell, name));
      if (!shell.shopts.has(name)) status = 1;
    }
  }
  if (names.length === 0) {
    for (const name of SHOPTS) {
      if (options.includes('s') && !shell.shopts.has(name)) continue;
      if (options.includes('u') && shell.shopts.has(name)) continue;
      yield* shell.out(shown(shell, name));
    }
  }
  return status;
}

function shown(shell: Shell, name: string): Bytes {
  return `${name.padEnd(15)}\t${shell.shopts.has(name) ? 'on' : 'off'}\n`;
}
