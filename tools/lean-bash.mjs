/**
 * What the built page has in place of the filter library's shell: it runs one command of the library at a time, and
 * for `find -exec` and awk's pipes a plain line of them. The library's own shell, half of its bytes, is never reached.
 *
 * This function's text goes into the library's module (lean-filters.ts), so it may use nothing from around it.
 */

/**
 * The class that stands for the library's Bash. `registry` has the library's commands by name; `context` makes what a
 * command is run with.
 */
export function makeBash(registry, context) {
  const commands = new Map(registry.map((entry) => [entry.name, entry]));
  const strict = new TextDecoder('utf-8', { fatal: true });
  const encoder = new TextEncoder();

  /** Bytes in a string, as text where they are UTF-8; some commands give one and some the other. */
  function asText(text) {
    let bytes = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 255) return text;
      if (code > 127) bytes = true;
    }
    if (!bytes) return text;
    try {
      return strict.decode(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    } catch {
      return text;
    }
  }

  function asBytes(text) {
    let out = '';
    for (const byte of encoder.encode(text)) out += String.fromCharCode(byte);
    return out;
  }

  /** A line's words, a `|` between commands being a word of its own; quotes as a shell has them. */
  function wordsOf(line) {
    const words = [];
    for (const [word] of line.matchAll(/\||(?:'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s|'"\\])+/g)) {
      const plain = word.replace(/'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g, (_, single, double, escaped) => {
        return single ?? escaped ?? double.replace(/\\(["\\$`])/g, '$1');
      });
      words.push(word === '|' ? undefined : plain);
    }
    return words;
  }

  return class {
    constructor({ fs }) {
      this.fs = fs;
    }

    /** Runs a line of commands joined by pipes; `args` are the first one's further words. Prints bytes. */
    async exec(line, { args = [], cwd, env = {}, stdin = '', stdinKind }) {
      const stages = [[]];
      for (const word of wordsOf(line)) {
        if (word === undefined) stages.push([]);
        else stages.at(-1).push(word);
      }
      stages[0].push(...args);
      let result = { stdout: stdinKind === 'bytes' ? stdin : asBytes(stdin), stderr: '', exitCode: 0 };
      for (const words of stages) {
        const { stdout, stderr, exitCode } = await this.run(words, cwd, env, result.stdout);
        result = { stdout, stderr: result.stderr + stderr, exitCode };
      }
      return { ...result, stdoutKind: 'bytes', stderr: asText(result.stderr) };
    }

    /** One command; what it prints comes as bytes. */
    async run([name = '', ...args], cwd, env, stdin) {
      const entry = commands.get(name.replace(/^\/(usr\/)?bin\//, ''));
      if (entry === undefined) return { stdout: '', stderr: `bash: ${name}: command not found\n`, exitCode: 127 };
      const command = await entry.load();
      try {
        const exec = async (line, options) => {
          const result = await this.exec(line, { ...options, env: options.env ?? env });
          return { ...result, stdoutKind: 'text', stdout: asText(result.stdout) };
        };
        const variables = new Map([...Object.entries(env), ['PWD', cwd]]);
        const all = { fs: this.fs, cwd, env: variables, exportedEnv: env, stdin, exec };
        const { stdout, stderr, exitCode, stdoutKind, stdoutEncoding } = await command.execute(args, context(all));
        const bytes = stdoutKind === 'bytes' || stdoutEncoding === 'binary';
        return { stdout: bytes ? stdout : asBytes(asText(stdout)), stderr, exitCode };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return { stdout: '', stderr: `${name}: ${message}\n`, exitCode: 1 };
      }
    }
  };
}
