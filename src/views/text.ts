/** Words cut to their room, and numbers said shortly. Widths are estimates for Inter, never measured: layout is pure. */

const NARROW = new Set("iljtfrI.,:;|!'()[] ");
const WIDE = new Set('mwMW@%');

/** About how wide a text is in Inter of this size, in pixels; errs on the wide side. */
export function textWidth(text: string, size: number): number {
  let em = 0;
  for (const char of text) {
    if (NARROW.has(char)) em += 0.33;
    else if (WIDE.has(char)) em += 0.9;
    else if (char >= 'A' && char <= 'Z') em += 0.69;
    else em += 0.6;
  }
  return em * size;
}

/** The text, or as much of it as fits with an ellipsis. The end is kept where it tells things apart: `long-na….12`. */
export function shorten(text: string, room: number, size: number): string {
  if (textWidth(text, size) <= room) return text;
  const dot = text.lastIndexOf('.');
  const tail = dot > 0 && text.length - dot <= 5 ? text.slice(dot) : '';
  let head = text.slice(0, text.length - tail.length);
  while (head.length > 1 && textWidth(`${head}…${tail}`, size) > room) head = head.slice(0, -1);
  return `${head}…${tail}`;
}

/** Monospaced text in lines of at most `columns`, at most `lines` of them, the last with an ellipsis if cut. */
export function wrap(text: string, columns: number, lines: number): string[] {
  const out: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= columns || line === '') line = longer;
    else {
      out.push(line);
      line = word;
    }
  }
  out.push(line);
  if (out.length <= lines) return out;
  const last = out[lines - 1]!;
  return [...out.slice(0, lines - 1), `${last.slice(0, Math.max(1, columns - 1))}…`];
}

/** A span of virtual time in a person's words: `0.6 ms`, `14 s`, `3 min`. */
export function span(micros: number): string {
  if (micros < 1_000_000)
    return micros < 10_000 ? `${Math.round(micros / 100) / 10} ms` : `${Math.round(micros / 1000)} ms`;
  const seconds = Math.floor(micros / 1_000_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

export function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A service's name as the picture says it: without the name of the only stack. */
export function shortName(name: string, prefix: string): string {
  return prefix !== '' && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
