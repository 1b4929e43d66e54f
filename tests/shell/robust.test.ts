import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hostPrograms, isComplete, shellProcess } from '../../src/shell/index';
import { World } from './world';

const WORDS = [
  ...['echo', 'if', 'then', 'fi', 'for', 'do', 'done', 'case', 'esac', 'in', 'while', '{', '}', '(', ')', '[[', ']]'],
  ...[
    '$x',
    '${x',
    '${x:-',
    '}',
    '$(',
    '`',
    '"',
    "'",
    '\\',
    '|',
    '||',
    '&&',
    '&',
    ';',
    ';;',
    '<',
    '>',
    '>>',
    '<<E',
    '<<<',
  ],
  ...[
    'a=(',
    '((',
    '))',
    '$((',
    '*',
    '?',
    '[a',
    ']',
    '!',
    '~',
    '{1..3}',
    '{a,',
    '\n',
    ' ',
    'E',
    '-',
    '--',
    '1',
    '0',
    '%s',
  ],
  ...[
    '${!x}',
    '${x//',
    '${x@Q}',
    '$@',
    '$*',
    '$#',
    '=',
    '+=',
    '=~',
    '-f',
    '2>&1',
    '&>',
    'f()',
    'local',
    'declare',
    'read',
  ],
  ...[
    'set',
    '-e',
    'trap',
    'exit',
    'return',
    'break',
    'eval',
    'test',
    'grep',
    'head',
    'seq',
    'printf',
    'cat',
    'ls',
    'cd',
  ],
  ...[
    'é',
    '\x00',
    '\xff',
    '$',
    '#',
    ',',
    ':',
    '/',
    '.',
    '99999999999999999999',
    '-1',
    'x',
    'unset',
    'shift',
    'getopts',
    'wait',
  ],
];

/** Any text gets an answer: no exception leaves the shell, whatever is typed. */
it('answers any text', () => {
  const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(text, fc.boolean(), (script, tight) => {
      const source = tight ? script.replaceAll(' ', '') : script;
      isComplete(source);
      const world = new World({ filter: () => ({ stdout: '', stderr: '', status: 0 }) });
      world.after(2_000_000, () => world.interrupt());
      const run = { mode: 'command' as const, text: source };
      const status = world.run(shellProcess({ run, env: new Map(), cwd: '/root', programs: hostPrograms() }));
      expect(status).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1500 },
  );
});

it('ends what never would: functions that call themselves, deep nesting, long expansions', () => {
  for (const text of [
    'f() { f; }; f',
    '(\n while [[ &&',
    `${'('.repeat(300)}echo${')'.repeat(300)}`,
    'x=a; for i in {1..12}; do x=$x$x; done; echo ${#x}',
    'eval "$(printf "%0500d" 0 | tr 0 "(")"',
    'a=a; echo $((a))',
    'echo {1..99999999999} | head -c 1',
  ]) {
    const world = new World({ filter: () => ({ stdout: '((((', stderr: '', status: 0 }) });
    const run = { mode: 'command' as const, text };
    expect(world.run(shellProcess({ run, env: new Map(), cwd: '/root', programs: hostPrograms() }))).toBeLessThan(256);
  }
});
