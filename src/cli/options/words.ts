/** Options of words: key=value lists, shell words, capabilities, ulimits. Follows docker/cli opts, google/shlex. */
import { compareBytes } from '../../base/natural';
import { fail, ok, type Result } from '../../base/result';

/** What stands before the first =. */
export function keyOf(pair: string): string {
  return pair.split('=', 1)[0]!;
}

/** Words as a shell splits them: quotes, backslashes, comments; no variables. Follows google/shlex. */
export function shellWords(text: string): Result<readonly string[], string> {
  const words: string[] = [];
  let word: string | undefined;
  let mark = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (mark === "'" ? c === "'" : mark === '"' ? c === '"' : false) mark = '';
    else if (mark === "'") word += c;
    else if (c === '\\') {
      const next = text[++at];
      if (next === undefined) return fail('EOF found after escape character');
      word = (word ?? '') + next;
    } else if (mark === '"') word += c;
    else if (c === "'" || c === '"') {
      mark = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (c === '#' && word === undefined) {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
    } else word = (word ?? '') + c;
  }
  if (mark !== '') return fail('EOF found when expecting closing quote');
  if (word !== undefined) words.push(word);
  return ok(words);
}

/** CAP_ and upper case. ALL and RESET stay. */
export function capability(name: string): string {
  const upper = name.trim().toUpperCase();
  return upper === 'ALL' || upper === 'RESET' || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
}

/** Each once and sorted; ALL stands for all. Follows moby/moby client/container_create.go, normalizeCapabilities. */
export function capabilityList(names: readonly string[]): string[] {
  const set = new Set(names.map(capability));
  return set.has('ALL') ? ['ALL'] : [...set].sort(compareBytes);
}

/** What --cap-add and --cap-drop come to together. Adding wins. Follows EffectiveCapAddCapDrop. */
export function capabilities(
  add: readonly string[],
  drop: readonly string[],
): { add: readonly string[]; drop: readonly string[] } {
  const effective = (names: readonly string[]) => {
    const set = new Set(names.map(capability));
    return set.has('ALL') ? new Set(['ALL']) : set;
  };
  const added = effective(add);
  const dropped = effective(drop);
  const sorted = (names: Iterable<string>) => [...names].filter((name) => name !== 'RESET').sort(compareBytes);
  return { add: sorted(added), drop: sorted([...dropped].filter((name) => !added.has(name))) };
}

/** `nofile=1024:2048` as checked by its flag. */
export function ulimit(text: string): { Name: string; Hard: number; Soft: number } {
  const [name, limits] = text.split('=') as [string, string];
  const [soft, hard = soft] = limits.split(':') as [string, string?];
  return { Name: name, Hard: Number(hard), Soft: Number(soft) };
}

/** `spread=node.labels.x` → its descriptor. Follows docker/cli cli/command/service/opts.go, placementPrefOpts. */
export function spreadDescriptor(text: string): Result<string, string> {
  const cut = text.indexOf('=');
  const strategy = text.slice(0, Math.max(0, cut));
  if (strategy === '') return fail('placement preference must be of the format "<strategy>=<arg>"');
  if (strategy !== 'spread') {
    return fail(`unsupported placement preference ${strategy} (only spread is supported)`);
  }
  return ok(text.slice(cut + 1));
}

/** Without repetitions, the first of each kept. */
export function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
