import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../src/base/bytes';
import type { Signal } from '../../src/base/process';
import { hostPrograms, isComplete, type ShellView, shellProcess } from '../../src/shell/index';
import { World, type WorldOptions } from './world';

const ENV = new Map([
  ['PATH', '/usr/bin:/bin'],
  ['HOME', '/root'],
]);

/** A session at node1's terminal: what the screen shows, and the status. */
function session(
  lines: readonly (Bytes | { signal: Signal })[],
  options: WorldOptions = {},
  prepare?: (world: World) => void,
) {
  const world = new World({ tty: true, lines, ...options });
  prepare?.(world);
  const run = { mode: 'interactive' as const };
  const status = world.run(shellProcess({ run, env: ENV, cwd: '/root', programs: hostPrograms() }));
  return { screen: world.screen, status, world };
}

describe('an interactive session', () => {
  it('shows its prompt, runs lines, and says exit at the end of input', () => {
    expect(session(['echo hi', 'cd /etc', 'nosuch', 'echo $?', ''])).toMatchObject({
      screen: [
        'node1:~$ echo hi',
        'hi',
        'node1:~$ cd /etc',
        'node1:/etc$ nosuch',
        'bash: nosuch: command not found',
        'node1:/etc$ echo $?',
        '127',
        'node1:/etc$ ',
        'node1:/etc$ exit',
        '',
      ].join('\n'),
      status: 0,
    });
  });

  it('goes on with PS2 until a command is whole', () => {
    const { screen } = session([
      'for i in 1 2; do',
      'echo "$i',
      'x"',
      'done',
      'cat <<E',
      'a $((1+1))',
      'E',
      'echo a \\',
      'b',
    ]);
    expect(screen).toBe(
      [
        'node1:~$ for i in 1 2; do',
        '> echo "$i',
        '> x"',
        '> done',
        '1',
        'x',
        '2',
        'x',
        'node1:~$ cat <<E',
        '> a $((1+1))',
        '> E',
        'a 2',
        'node1:~$ echo a \\',
        '> b',
        'a b',
        'node1:~$ exit',
        '',
      ].join('\n'),
    );
  });

  it('drops an unfinished command at Ctrl-C', () => {
    const { screen } = session(['if true', { signal: 'INT' }, 'echo $?']);
    expect(screen).toBe('node1:~$ if true\n> ^C\nnode1:~$ echo $?\n130\nnode1:~$ exit\n');
  });

  it('tells syntax errors in one line and goes on', () => {
    const { screen } = session(['echo a; )', 'echo $?']);
    expect(screen).toContain("bash: syntax error near unexpected token `)'\nnode1:~$ echo $?\n2\n");
  });

  it('ends the foreground at Ctrl-C with 130, and the rest of the line with it', () => {
    const { screen, world } = session(['sleep 100; echo not reached', 'echo $?'], {}, (it) =>
      it.after(3_000_000, () => it.interrupt()),
    );
    expect(screen).toBe('node1:~$ sleep 100; echo not reached\n\nnode1:~$ echo $?\n130\nnode1:~$ exit\n');
    expect(world.time).toBeLessThan(1767603605e6);
  });

  it('ends loops and pipelines at Ctrl-C', () => {
    const loop = session(['while true; do sleep 1; done', 'echo $?'], {}, (it) =>
      it.after(5_500_000, () => it.interrupt()),
    );
    expect(loop.screen).toContain('done\n\nnode1:~$ echo $?\n130\n');
    const pipe = session(['while true; do echo y; sleep 1; done | cat', 'echo $?'], {}, (it) =>
      it.after(2_500_000, () => it.interrupt()),
    );
    expect(pipe.screen).toContain('y\ny\ny\n\nnode1:~$ echo $?\n130\n');
    const builtin = session(['while true; do read -t 1 x </dev/null; sleep 0.1; done', 'echo after'], {}, (it) =>
      it.after(500_000, () => it.interrupt()),
    );
    expect(builtin.screen).toContain('after\n');
  });

  it('keeps jobs in the background and tells their end before the next prompt', () => {
    const { screen } = session([
      'sleep 2 &',
      'jobs',
      'sleep 3',
      'sleep 50 & sleep 60 &',
      'kill %2',
      'sleep 1',
      'jobs',
      'kill $!',
    ]);
    expect(screen).toBe(
      [
        'node1:~$ sleep 2 &',
        '[1] 101',
        'node1:~$ jobs',
        '[1]+  Running                 sleep 2 &',
        'node1:~$ sleep 3',
        '[1]+  Done                    sleep 2',
        'node1:~$ sleep 50 & sleep 60 &',
        '[1] 103',
        '[2] 104',
        'node1:~$ kill %2',
        'node1:~$ sleep 1',
        '[2]+  Terminated              sleep 60',
        'node1:~$ jobs',
        '[1]+  Running                 sleep 50 &',
        'node1:~$ kill $!',
        'bash: kill: (104) - No such process',
        'node1:~$ exit',
        '',
      ].join('\n'),
    );
  });

  it('brings a job to the foreground, where Ctrl-C reaches it', () => {
    const { screen } = session(['sleep 100 &', 'fg', 'echo $?'], {}, (it) => it.after(2_000_000, () => it.interrupt()));
    expect(screen).toContain('node1:~$ fg\nsleep 100\n\nnode1:~$ echo $?\n130\n');
  });

  it('expands history, and shows what came of it', () => {
    const { screen } = session(['echo one two', '!!', 'echo !$', "echo '!!' a!=b", '!ec', '!nosuch', 'history 2']);
    expect(screen).toContain('node1:~$ !!\necho one two\none two\n');
    expect(screen).toContain('node1:~$ echo !$\necho two\ntwo\n');
    expect(screen).toContain("node1:~$ echo '!!' a!=b\n!! a!=b\n");
    expect(screen).toContain('bash: !nosuch: event not found\n');
  });

  it('takes aliases without shopt, reads ~/.bashrc, and shows PS1 as it is set', () => {
    const { screen } = session(['ll', "PS1='[\\u@\\h \\W]\\$ '", 'true', 'exit 3'], {}, (world) =>
      world.put('/root/.bashrc', "alias ll='echo listed'\n"),
    );
    expect(screen).toBe(
      "node1:~$ ll\nlisted\nnode1:~$ PS1='[\\u@\\h \\W]\\$ '\n[root@node1 ~]# true\n[root@node1 ~]# exit 3\nexit\n",
    );
  });

  it('goes on after an expansion that cannot be done', () => {
    const { screen } = session(['echo ${x:?gone}; echo no', 'echo $((1/0))', 'set -u', 'echo $y', 'echo still']);
    expect(screen).toContain('bash: x: gone\nnode1:~$ ');
    expect(screen).toContain('bash: 1/0: division by 0 (error token is "0")\n');
    expect(screen).toContain('bash: y: unbound variable\nnode1:~$ echo still\nstill\n');
  });

  it('runs a trap at Ctrl-C in a script, and goes on', () => {
    const world = new World();
    const text = 'trap "echo caught" INT; sleep 100; echo "after $?"';
    world.after(1_000_000, () => world.interrupt());
    const status = world.run(
      shellProcess({ run: { mode: 'script', name: 'x', text }, env: ENV, cwd: '/root', programs: hostPrograms() }),
    );
    expect(world.stdout).toBe('caught\nafter 130\n');
    expect(status).toBe(0);
  });

  it('ends a script at Ctrl-C with 130, its EXIT trap run', () => {
    const world = new World();
    const text = 'trap "echo bye" EXIT; sleep 100; echo never';
    world.after(1_000_000, () => world.interrupt());
    const status = world.run(
      shellProcess({ run: { mode: 'script', name: 'x', text }, env: ENV, cwd: '/root', programs: hostPrograms() }),
    );
    expect([world.stdout, status]).toEqual(['bye\n', 130]);
  });

  it('shows an onlooker where it is', () => {
    const view: ShellView = { cwd: '', commands: [], variables: [], status: 0 };
    const world = new World({ tty: true, lines: ['cd /tmp', 'alias x=y', 'f() { :; }', 'false'] });
    world.run(shellProcess({ run: { mode: 'interactive' }, env: ENV, cwd: '/root', programs: hostPrograms(), view }));
    expect(view).toMatchObject({ cwd: '/tmp', commands: ['x', 'f'], status: 1 });
  });
});

describe('other shells', () => {
  const run = (text: Bytes, dialect: 'bash' | 'ash' | 'dash') => {
    const world = new World();
    const status = world.run(
      shellProcess({ run: { mode: 'command', text }, env: ENV, cwd: '/', programs: hostPrograms(), dialect }),
    );
    return { out: world.screen, status };
  };

  it('speak in their own words', () => {
    expect(run('nosuch', 'bash')).toEqual({ out: 'bash: line 1: nosuch: command not found\n', status: 127 });
    expect(run('nosuch', 'ash')).toEqual({ out: 'sh: nosuch: not found\n', status: 127 });
    expect(run('nosuch', 'dash')).toEqual({ out: 'sh: 1: nosuch: not found\n', status: 127 });
    expect(run("echo 'a\\tb'", 'ash').out).toBe('a\tb\n');
  });

  it('run commands from stdin one by one, so that each can read what follows', () => {
    const world = new World({ stdin: 'read x\nthe line\necho "got $x"\ncat <<E\ndoc\nE\nexit 4\necho never\n' });
    const status = world.run(
      shellProcess({ run: { mode: 'stdin' }, env: ENV, cwd: '/', programs: hostPrograms(), dialect: 'ash' }),
    );
    expect([world.stdout, status]).toEqual(['got the line\ndoc\n', 4]);
  });

  it('are programs too', () => {
    const world = new World();
    world.put('/root/s.sh', '#!/bin/sh\necho "$0 $1 $#"; exit 2\n', 0o755);
    world.put('/root/plain', 'echo plain');
    const text =
      './s.sh a b; echo $?; bash s.sh; sh -c "echo \\$0 \\$1" name arg; ./plain; echo $?; bash -e -c "false; echo no"; echo $?; bash nofile; echo $?';
    world.run(shellProcess({ run: { mode: 'command', text }, env: ENV, cwd: '/root', programs: hostPrograms() }));
    expect(world.screen).toBe(
      './s.sh a 2\n2\ns.sh  0\nname arg\nbash: line 1: ./plain: Permission denied\n126\n1\nbash: nofile: No such file or directory\n127\n',
    );
  });
});

describe('whether a text is whole', () => {
  const table: readonly (readonly [string, boolean])[] = [
    ['echo hi', true],
    ['', true],
    ['if true; then', false],
    ['if true; then echo; fi', true],
    ['echo "a', false],
    ["echo 'a", false],
    ['echo $(ls', false],
    ['echo a |', false],
    ['echo a &&', false],
    ['echo a \\', false],
    ['echo a \\\\', true],
    ["echo 'a\\'", true],
    ['# comment \\', true],
    ['cat <<E', false],
    ['cat <<E\na', false],
    ['cat <<E\na\nE', true],
    ['f() {', false],
    ['case x in', false],
    ['(echo', false],
    ['a=(1 2', false],
    ['echo )', true],
    ['fi', true],
    ['[[ a ==', false],
    ['for i in 1 2; do echo $i', false],
    ['while true', false],
  ];
  for (const [text, whole] of table)
    it(`${JSON.stringify(text)}: ${whole}`, () => expect(isComplete(`${text}\n`)).toBe(whole));
});
