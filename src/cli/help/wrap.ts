/** The block of flags in a help text. Follows spf13/pflag flag.go, FlagUsagesWrapped. */
import type { FlagDefinition } from '../data/catalog';

/** Lines may run over by this much rather than leave a short last one. */
const SLOP = 5;

/** All flags, one entry each, wrapped to `columns`, without blanks at the end. */
export function flagUsages(flags: readonly FlagDefinition[], columns: number): string {
  const entries = flags.map((flag) => {
    const short = flag.short === '' ? '      ' : `  -${flag.short}, `;
    const type = flag.type === 'bool' ? '' : ` ${flag.type}`;
    return { head: `${short}--${flag.name}${type}`, usage: flag.usage };
  });
  const widest = Math.max(0, ...entries.map((entry) => entry.head.length));
  const lines = entries.map(
    ({ head, usage }) => `${head}${' '.repeat(widest - head.length + 3)}${wrap(usage, widest + 3, columns)}`,
  );
  return lines.join('\n').trimEnd();
}

function wrap(text: string, indent: number, columns: number): string {
  let margin = indent;
  let out = '';
  if (columns - margin < 24) {
    margin = 16;
    out = `\n${' '.repeat(margin)}`;
  }
  if (columns - margin < 24) return text.replaceAll('\n', out);
  const width = columns - margin - SLOP;
  const newline = `\n${' '.repeat(margin)}`;
  const pieces: string[] = [];
  for (let rest = text; rest !== '' || pieces.length === 0; ) {
    const [line, more] = firstLine(rest, width);
    pieces.push(line.replaceAll('\n', newline));
    rest = more;
  }
  return out + pieces.join(newline);
}

/** What fits on one line, and the rest. */
function firstLine(text: string, width: number): [string, string] {
  if (width + SLOP > text.length) return [text, ''];
  const room = text.slice(0, width);
  const blank = Math.max(room.lastIndexOf(' '), room.lastIndexOf('\t'), room.lastIndexOf('\n'));
  if (blank <= 0) return [text, ''];
  const newline = room.lastIndexOf('\n');
  const cut = newline > 0 && newline < blank ? newline : blank;
  return [text.slice(0, cut), text.slice(cut + 1)];
}
