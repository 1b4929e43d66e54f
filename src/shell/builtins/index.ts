/** The builtins by name. */

import type { Builtin, Declaration } from '../interpreter/shell';
import {
  breakCommand,
  builtinCommand,
  colon,
  command,
  continueCommand,
  evalCommand,
  exec,
  exit,
  falseCommand,
  hash,
  letCommand,
  returnCommand,
  shift,
  source,
  trap,
  typeCommand,
  umask,
} from './control';
import { aliasCommand, declare, exportCommand, local, readonlyCommand, unalias, unset } from './declare';
import { cd, dirs, popd, pushd, pwd } from './directory';
import { getopts, mapfile, read } from './input';
import { bg, disown, fg, jobs, killCommand, wait } from './jobs';
import { set, shopt } from './options';
import { echo, help, history, printf } from './output';
import { test } from './test';

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', colon],
  ['true', colon],
  ['false', falseCommand],
  ['.', source],
  ['source', source],
  ['[', test],
  ['test', test],
  ['bg', bg],
  ['break', breakCommand],
  ['builtin', builtinCommand],
  ['cd', cd],
  ['command', command],
  ['continue', continueCommand],
  ['dirs', dirs],
  ['disown', disown],
  ['echo', echo],
  ['eval', evalCommand],
  ['exec', exec],
  ['exit', exit],
  ['logout', exit],
  ['fg', fg],
  ['getopts', getopts],
  ['hash', hash],
  ['help', help],
  ['history', history],
  ['jobs', jobs],
  ['kill', killCommand],
  ['let', letCommand],
  ['mapfile', mapfile],
  ['readarray', mapfile],
  ['popd', popd],
  ['printf', printf],
  ['pushd', pushd],
  ['pwd', pwd],
  ['read', read],
  ['return', returnCommand],
  ['set', set],
  ['shift', shift],
  ['shopt', shopt],
  ['trap', trap],
  ['type', typeCommand],
  ['umask', umask],
  ['unalias', unalias],
  ['unset', unset],
  ['wait', wait],
]);

/** Builtins whose arguments may be assignments, arrays too. */
export const declarations: ReadonlyMap<string, Declaration> = new Map<string, Declaration>([
  ['alias', aliasCommand],
  ['declare', declare],
  ['typeset', declare],
  ['export', exportCommand],
  ['local', local],
  ['readonly', readonlyCommand],
]);
