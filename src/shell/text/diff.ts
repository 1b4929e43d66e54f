/** What `diff` prints without -u: the normal format, made of the unified one that the library writes. */

/** Lines `first` to `last` as the format names them. */
function range(first: number, last: number): string {
  return first === last ? `${first}` : `${first},${last}`;
}

/** One place where the files differ: the lines taken away and put in, and the line before them in each file. */
class Change {
  private readonly taken: string[] = [];
  private readonly put: string[] = [];
  private last: string[] = [];

  constructor(
    private readonly before: number,
    private readonly after: number,
  ) {}

  add(line: string): void {
    if (line.startsWith('\\')) this.last.push(line);
    else {
      this.last = line.startsWith('-') ? this.taken : this.put;
      this.last.push(`${line.startsWith('-') ? '<' : '>'} ${line.slice(1)}`);
    }
  }

  private amount(lines: readonly string[]): number {
    return lines.filter((line) => !line.startsWith('\\')).length;
  }

  get counts(): readonly [taken: number, put: number] {
    return [this.amount(this.taken), this.amount(this.put)];
  }

  text(): readonly string[] {
    const [taken, put] = this.counts;
    const old = range(this.before + 1, this.before + taken);
    const now = range(this.after + 1, this.after + put);
    if (taken === 0) return [`${this.before}a${now}`, ...this.put];
    if (put === 0) return [`${old}d${this.after}`, ...this.taken];
    return [`${old}c${now}`, ...this.taken, '---', ...this.put];
  }
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The normal format of a unified one. What is no unified format stays as it is. */
export function normalDiff(unified: string): string {
  const lines = unified.split('\n');
  const begin = lines.findIndex((line) => HUNK.test(line));
  if (begin < 0) return unified;
  const out: string[] = [];
  let [before, after] = [0, 0];
  let change: Change | undefined;
  const finish = (): void => {
    if (!change) return;
    const [taken, put] = change.counts;
    out.push(...change.text());
    before += taken;
    after += put;
    change = undefined;
  };
  for (const line of lines.slice(begin)) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      finish();
      // An empty side names the line before it.
      before = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      after = Number(hunk[3]) - (hunk[4] === '0' ? 0 : 1);
    } else if (/^[-+]/.test(line)) {
      change ??= new Change(before, after);
      change.add(line);
    } else if (line.startsWith('\\')) change?.add(line);
    else {
      finish();
      if (line.startsWith(' ')) [before, after] = [before + 1, after + 1];
    }
  }
  finish();
  return `${out.join('\n')}\n`;
}
