import { Terminal } from '@xterm/headless';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromUtf8, utf8 } from '../../src/base/bytes';
import type { Completer } from '../../src/shell/completion';
import {
  type Editor,
  type EditorStep,
  editorKeys,
  editorOpen,
  editorResize,
  newEditor,
} from '../../src/shell/editor/editor';

/** A terminal and an editor that writes to it. */
class Screen {
  readonly terminal: Terminal;
  editor: Editor;
  readonly events: EditorStep['event'][] = [];
  rest = '';

  constructor(
    readonly columns = 20,
    history: readonly string[] = [],
    private readonly completer?: Completer,
  ) {
    this.terminal = new Terminal({ cols: columns, rows: 60, allowProposedApi: true });
    this.editor = newEditor(columns, 60, history);
  }

  private async take(step: EditorStep): Promise<this> {
    this.editor = step.editor;
    this.rest = step.rest;
    if (step.event) this.events.push(step.event);
    await new Promise<void>((done) => this.terminal.write(fromUtf8(step.output), done));
    return this;
  }

  open(prompt: string): Promise<this> {
    return this.take(editorOpen(this.editor, utf8(prompt)));
  }

  type(keys: string): Promise<this> {
    return this.take(editorKeys(this.editor, utf8(keys), this.completer));
  }

  async resize(columns: number): Promise<this> {
    this.terminal.resize(columns, 60);
    return this.take(editorResize(this.editor, columns, 60));
  }

  /** The rows that hold something, and where the cursor is. */
  show(): { lines: string[]; cursor: string } {
    const buffer = this.terminal.buffer.active;
    const lines: string[] = [];
    for (let row = 0; row < buffer.length; row++) lines.push(buffer.getLine(row)!.translateToString(true).trimEnd());
    while (lines.at(-1) === '') lines.pop();
    return { lines, cursor: `${buffer.baseY + buffer.cursorY}:${buffer.cursorX}` };
  }

  /** The line as the editor has it, the cursor as a bar. */
  get line(): string {
    return `${this.editor.text.slice(0, this.editor.cursor)}|${this.editor.text.slice(this.editor.cursor)}`;
  }
}

const KEYS: Record<string, string> = {
  left: '\x1b[D',
  right: '\x1b[C',
  up: '\x1b[A',
  down: '\x1b[B',
  home: '\x01',
  end: '\x05',
  backspace: '\x7f',
  delete: '\x1b[3~',
  killLine: '\x0b',
  killStart: '\x15',
  killWord: '\x17',
  yank: '\x19',
  wordLeft: '\x1bb',
  wordRight: '\x1bf',
};

describe('the line editor', () => {
  it('shows prompt and line, and hands over the line at Enter', async () => {
    const screen = await new Screen().open('node1:~$ ');
    await screen.type('docker ps\r');
    expect(screen.show()).toEqual({ lines: ['node1:~$ docker ps'], cursor: '1:0' });
    expect(screen.events).toEqual([{ kind: 'submit', line: 'docker ps' }]);
    expect(screen.editor.prompt).toBeUndefined();
  });

  const table: readonly (readonly [string, string, string])[] = [
    ['typing in the middle', `ac${KEYS['left']}b`, 'ab|c'],
    ['home and end', `bc${KEYS['home']}a${KEYS['end']}d`, 'abcd|'],
    ['words', `one two-three${KEYS['wordLeft']}${KEYS['wordLeft']}`, 'one |two-three'],
    ['kill a word and bring it back', `one two${KEYS['killWord']}${KEYS['home']}${KEYS['yank']}`, 'two|one '],
    ['kills in a row are one', `a b c${KEYS['killWord']}${KEYS['killWord']}${KEYS['yank']}`, 'a b c|'],
    [
      'kill to the end and to the start',
      `abc${KEYS['left']}${KEYS['killLine']}${KEYS['killStart']}${KEYS['yank']}`,
      'abc|',
    ],
    ['delete forward', `abc${KEYS['home']}${KEYS['delete']}\x04`, '|c'],
    ['backspace takes a whole character', `aé✓😀${KEYS['backspace']}${KEYS['backspace']}`, 'aé|'],
    ['undo', `abc${KEYS['killStart']}\x1f`, 'abc|'],
    ['transpose', 'ab\x14', 'ba|'],
    ['upper case of a word', `abc def${KEYS['home']}\x1bu`, 'ABC| def'],
    ['escape sequences nobody knows do nothing', 'a\x1b[99~\x1b[?1c\x1bqb', 'ab|'],
  ];
  for (const [title, keys, line] of table) {
    it(`${title}`, async () => {
      const screen = await new Screen(40).open('$ ');
      await screen.type(keys);
      expect(screen.line).toBe(line);
    });
  }

  it('takes keys that arrive in pieces', async () => {
    const screen = await new Screen().open('$ ');
    for (const byte of utf8(`é${KEYS['left']}x✓`)) {
      const step = editorKeys(screen.editor, byte);
      screen.editor = step.editor;
    }
    expect(screen.line).toBe('x✓|é');
  });

  it('goes through history, and keeps what was being typed', async () => {
    const screen = await new Screen(40, ['first', 'second']).open('$ ');
    await screen.type(`third${KEYS['up']}`);
    expect(screen.line).toBe('second|');
    await screen.type(`${KEYS['up']}${KEYS['up']}`);
    expect(screen.line).toBe('first|');
    await screen.type(`${KEYS['down']}${KEYS['down']}`);
    expect(screen.line).toBe('third|');
  });

  it('adds a line to history once, and not when it begins with a blank', async () => {
    const screen = new Screen(40);
    for (const line of ['a', 'a', ' secret', 'b']) {
      await screen.open('$ ');
      await screen.type(`${line}\r`);
    }
    expect(screen.editor.history).toEqual(['a', 'b']);
  });

  it('searches history backwards with Ctrl-R', async () => {
    const screen = await new Screen(60, ['docker node ls', 'ls', 'docker ps', 'echo']).open('$ ');
    await screen.type('\x12doc');
    expect(screen.show().lines).toEqual(["(reverse-i-search)`doc': docker ps"]);
    await screen.type('\x12');
    expect(screen.show().lines).toEqual(["(reverse-i-search)`doc': docker node ls"]);
    await screen.type('\x12');
    expect(screen.show().lines).toEqual(["(failed reverse-i-search)`doc': docker node ls"]);
    await screen.type('\r');
    expect(screen.events).toEqual([{ kind: 'submit', line: 'docker node ls' }]);
    await screen.open('$ ');
    await screen.type('abc\x12echo\x07');
    expect(screen.line).toBe('abc|');
    await screen.type(`\x12nod${KEYS['right']}`);
    expect(screen.line).toBe('docker n|ode ls');
  });

  it('gives up the line at Ctrl-C and ends at Ctrl-D on an empty one', async () => {
    const screen = await new Screen().open('$ ');
    await screen.type(`abc${KEYS['left']}\x03`);
    expect(screen.show()).toEqual({ lines: ['$ abc^C'], cursor: '1:0' });
    await screen.open('$ ');
    await screen.type('\x04');
    expect(screen.events).toEqual([{ kind: 'interrupt' }, { kind: 'end' }]);
  });

  it('runs the lines of a paste one after the other and takes their prompts off', async () => {
    const screen = await new Screen(60).open('$ ');
    await screen.type('$ docker node ls\n$ docker ps\nec');
    expect(screen.events).toEqual([{ kind: 'submit', line: 'docker node ls' }]);
    let { rest } = screen;
    expect(rest).toBe('$ docker ps\nec');
    await screen.open('$ ');
    await screen.type(rest);
    expect(screen.events.at(-1)).toEqual({ kind: 'submit', line: 'docker ps' });
    ({ rest } = screen);
    await screen.open('$ ');
    await screen.type(rest);
    expect(screen.line).toBe('ec|');
    await screen.open('> ');
    await screen.type('  > --name web\r');
    expect(screen.events.at(-1)).toEqual({ kind: 'submit', line: '--name web' });
  });

  it('clears the screen with Ctrl-L and keeps the line', async () => {
    const screen = await new Screen().open('$ ');
    await screen.type('a\r');
    await screen.open('$ ');
    await screen.type('bc\x0c');
    expect(screen.show()).toEqual({ lines: ['$ bc'], cursor: '0:4' });
  });

  it('draws the line anew when the terminal gets another width', async () => {
    const screen = await new Screen(20).open('$ ');
    await screen.type('0123456789');
    await screen.resize(8);
    expect(screen.editor.columns).toBe(8);
    expect(screen.show().lines.at(-1)).toBe('6789');
  });
});

describe('the editor on a real screen', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', 'é', '漢', 'ｗ', '-', 'x'), { maxLength: 30 })
    .map((all) => all.join(''));
  const action = fc.oneof(
    { weight: 3, arbitrary: text },
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(KEYS).map((name) => KEYS[name]!)) },
  );

  it('looks as if the line had been written after the prompt, at any width', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 24 }), fc.array(action, { maxLength: 12 }), async (columns, keys) => {
        const screen = await new Screen(columns, ['old line', 'another 漢字 line']).open('$ ');
        for (const key of keys) await screen.type(key);
        const { text: line, cursor } = screen.editor;
        if (!fits(line, columns)) return;
        const plain = new Terminal({ cols: columns, rows: 60, allowProposedApi: true });
        await new Promise<void>((done) => plain.write(`$ ${line}`, done));
        const wanted: string[] = [];
        for (let row = 0; row < plain.buffer.active.length; row++) {
          wanted.push(plain.buffer.active.getLine(row)!.translateToString(true).trimEnd());
        }
        while (wanted.at(-1) === '') wanted.pop();
        const shown = screen.show();
        expect(shown.lines).toEqual(wanted);
        const before = new Terminal({ cols: columns, rows: 60, allowProposedApi: true });
        await new Promise<void>((done) => before.write(`$ ${line.slice(0, cursor)}`, done));
        const at = before.buffer.active;
        const edge = at.cursorX === columns;
        expect(shown.cursor).toBe(edge ? `${at.cursorY + 1}:0` : `${at.cursorY}:${at.cursorX}`);
      }),
      { numRuns: 300 },
    );
  });

  /** Lines that scroll out of the little screen are not compared. */
  function fits(line: string, columns: number): boolean {
    const width = [...line].reduce((sum, c) => sum + (/[漢字ｗ]/u.test(c) ? 2 : 1), 2);
    return width <= (columns - 1) * 10;
  }
});

describe('Tab', () => {
  const completer: Completer = {
    cwd: '/root',
    home: '/root',
    commands: () => ['docker', 'date', 'echo', 'cat'],
    variables: () => ['HOME', 'HOSTNAME'],
    names: (kind) => (kind === 'service' ? ['web', 'web2', 'worker'] : kind === 'node' ? ['node1', 'node2'] : []),
    hosts: () => ['node1', 'node2'],
    list: (path) =>
      path === '/root'
        ? [
            { name: 'stack.yml', directory: false },
            { name: 'my file', directory: false },
            { name: 'sub', directory: true },
          ]
        : path === '/root/sub'
          ? [{ name: 'inner.txt', directory: false }]
          : undefined,
  };

  const table: readonly (readonly [string, string, string])[] = [
    ['a command', 'doc\t', 'docker |'],
    ['a docker command', 'docker serv\t', 'docker service |'],
    ['a subcommand', 'docker node ins\t', 'docker node inspect |'],
    ['a service by name', 'docker service rm wo\t', 'docker service rm worker |'],
    ['the common start of names', 'docker service rm w\t', 'docker service rm w|'],
    ['a file', 'cat sta\t', 'cat stack.yml |'],
    ['a file with a blank', 'cat my\t', 'cat my\\ file |'],
    ['a directory and what is in it', 'cat su\tin\t', 'cat sub/inner.txt |'],
    ['a file after a redirection', 'docker ps > sta\t', 'docker ps > stack.yml |'],
    ['a variable', 'echo $HOM\t', 'echo $HOME |'],
    ['a host', 'ssh node\t', 'ssh node|'],
    ['a command after a pipe', 'docker ps | ca\t', 'docker ps | cat |'],
    ['a command after ssh', 'ssh node1 doc\t', 'ssh node1 docker |'],
    ['an act of the lab', 'lab par\t', 'lab partition |'],
    ['nothing that fits', 'zzz\t', 'zzz|'],
  ];
  for (const [title, keys, line] of table) {
    it(`completes ${title}`, async () => {
      const screen = await new Screen(60, [], completer).open('$ ');
      await screen.type(keys);
      expect(screen.line).toBe(line);
    });
  }

  it('lists what is possible at the second Tab, and shows the line again', async () => {
    const screen = await new Screen(60, [], completer).open('$ ');
    await screen.type('docker service rm w\t\t');
    expect(screen.show().lines).toEqual(['$ docker service rm w', 'web     web2    worker', '$ docker service rm w']);
  });
});
