/**
 * Words to fields: tilde, parameters, substitutions, arithmetic, splitting and globs. Braces come first, as text.
 *
 * A word becomes pieces, each of which knows what may still happen to it; the pieces become fields, patterns or one text.
 */
import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  DoubleQuotedChild,
  HereDoc,
  ProcessSubstitutionPart,
  Word,
  WordPart,
} from 'unbash';
import { type Bytes, utf8 } from '../../base/bytes';
import type { Process } from '../../base/process';
import { evaluateWhole } from './arithmetic';
import { expandBraces } from './braces';
import { decodeEscapes } from './escapes';
import { hasGlob, pathnames } from './glob';
import { expandParameter, parameterNamed } from './parameter';
import { quoteForRegExp } from './pattern';
import { joinPieces, type Piece } from './pieces';
import type { Shell } from './shell';
import { processSubstitution, substitute } from './substitution';
import { parseSimple } from './syntax';

/** All the fields of several words. */
export function* expandWords(shell: Shell, words: readonly Word[]): Process<Bytes[]> {
  const out: Bytes[] = [];
  for (const word of words) yield* expandInto(shell, word, out);
  return out;
}

/** Appends the fields of one word. */
export function* expandInto(shell: Shell, word: Word, out: Bytes[]): Process<void> {
  const parts = word.parts;
  if (!parts) {
    out.push(word.text.charCodeAt(0) === 126 ? tilde(shell, word.value, word.text) : word.value);
    return;
  }
  if (parts.some((part) => part.type === 'BraceExpansion')) {
    const texts = expandBraces(word.text);
    if (texts.length !== 1 || texts[0] !== word.text) {
      for (const text of texts) {
        const only = parseSimple(`: ${text}`)?.suffix[0];
        if (only?.type === 'Word') yield* expandInto(shell, only, out);
        else if (text !== '') out.push(text);
      }
      return;
    }
  }
  const pieces: Piece[] = [];
  yield* expandParts(shell, parts, pieces, false, true);
  yield* intoFields(shell, pieces, out);
}

/** One text, neither split nor globbed: an assignment's value, a case word, a redirection's target. */
export function* expandText(shell: Shell, word: Word, assignment = false): Process<Bytes> {
  if (!word.parts) {
    const tildes = word.text.charCodeAt(0) === 126 || (assignment && word.text.includes(':~'));
    return tildes ? tilde(shell, word.value, word.text, assignment) : word.value;
  }
  const pieces: Piece[] = [];
  yield* expandParts(shell, word.parts, pieces, false, true, assignment);
  return joinPieces(pieces);
}

/** A pattern: what was quoted is escaped. */
export function* expandPattern(shell: Shell, word: Word): Process<Bytes> {
  if (!word.parts)
    return quotePattern(word.text.charCodeAt(0) === 126 ? tilde(shell, word.value, word.text) : word.value);
  const pieces: Piece[] = [];
  yield* expandParts(shell, word.parts, pieces, false, true);
  return pieces
    .map((piece) => (piece.mode === 'glob' || piece.mode === 'split' ? piece.text : quotePattern(piece.text)))
    .join('');
}

/** The right side of =~: an extended expression in which what was quoted stands for itself. */
export function* expandRegex(shell: Shell, word: Word): Process<Bytes> {
  if (!word.parts) return word.text;
  let out = '';
  for (const part of word.parts) {
    if (
      part.type === 'Literal' ||
      part.type === 'Glob' ||
      part.type === 'ExtendedGlob' ||
      part.type === 'BraceExpansion'
    ) {
      out += part.text;
      continue;
    }
    const pieces: Piece[] = [];
    yield* expandParts(shell, [part], pieces, false, false);
    for (const piece of pieces) out += piece.mode === 'split' ? piece.text : quoteForRegExp(piece.text);
  }
  return out;
}

function quotePattern(text: Bytes): Bytes {
  return text.replace(/[\\*?[\]()|!+@]/g, '\\$&');
}

/** A here-document's text. */
export function* expandHereDocument(shell: Shell, document: HereDoc): Process<Bytes> {
  const { body, operator, delimiter } = document;
  const strip = operator === '<<-';
  if (!body.parts || delimiter?.quoted) {
    const text = strip ? body.text.replace(/^\t+/gm, '') : body.text;
    // Without an expansion the text is one piece, from which no backslash has been taken yet.
    return delimiter?.quoted ? text : text.replace(/\\([$`\\\n])/g, (_, kept) => (kept === '\n' ? '' : kept));
  }
  let out = '';
  for (const part of body.parts) {
    if (part.type === 'Literal') {
      let text = part.value;
      if (strip) {
        text = text.replace(/\n\t+/g, '\n');
        if (out === '' || out.endsWith('\n')) text = text.replace(/^\t+/, '');
      }
      out += text;
      continue;
    }
    const pieces: Piece[] = [];
    yield* expandParts(shell, [part], pieces, true, false);
    out += joinPieces(pieces);
  }
  return out;
}

/** Expands the parts of a word into pieces. `quoted`: inside double quotes. */
export function* expandParts(
  shell: Shell,
  parts: readonly (WordPart | DoubleQuotedChild)[],
  out: Piece[],
  quoted: boolean,
  atStart: boolean,
  assignment = false,
): Process<void> {
  for (let k = 0; k < parts.length; k++) {
    const part = parts[k]!;
    switch (part.type) {
      case 'Literal': {
        const tildes =
          !quoted && ((k === 0 && atStart && part.text[0] === '~') || (assignment && part.text.includes(':~')));
        const value = tildes
          ? tilde(shell, part.value, part.text, assignment, k === 0 && parts.length > 1)
          : part.value;
        out.push({ text: value, mode: quoted ? 'quoted' : 'plain' });
        break;
      }
      case 'Glob':
      case 'ExtendedGlob':
        yield* expandGlob(shell, part, out);
        break;
      case 'BraceExpansion':
        out.push({ text: part.text, mode: 'plain' });
        break;
      default:
        yield* expandPart(shell, part, out, quoted);
    }
  }
}

type Expanding = Exclude<WordPart, { type: 'Literal' | 'Glob' | 'ExtendedGlob' | 'BraceExpansion' }>;

function* expandPart(shell: Shell, part: Expanding, out: Piece[], quoted: boolean): Process<void> {
  switch (part.type) {
    case 'SingleQuoted':
      out.push({ text: part.value, mode: 'quoted' });
      return;
    case 'AnsiCQuoted':
      out.push({ text: decodeEscapes(part.text.slice(2, -1), 'ansi').text, mode: 'quoted' });
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) out.push({ text: '', mode: 'quoted' });
      yield* expandParts(shell, part.parts, out, true, false);
      return;
    case 'SimpleExpansion':
      yield* parameterNamed(shell, part.text.slice(1), out, quoted);
      return;
    case 'ParameterExpansion':
      yield* expandParameter(shell, part, out, quoted);
      return;
    case 'CommandExpansion':
      out.push({ text: yield* commandText(shell, part), mode: quoted ? 'quoted' : 'split' });
      return;
    case 'ArithmeticExpansion':
      out.push({ text: yield* arithmeticText(shell, part), mode: quoted ? 'quoted' : 'split' });
      return;
    case 'ProcessSubstitution':
      out.push({ text: yield* substitutedPath(shell, part), mode: 'plain' });
  }
}

function* commandText(shell: Shell, part: CommandExpansionPart): Process<Bytes> {
  return part.script ? yield* substitute(shell, part.script) : '';
}

function* arithmeticText(shell: Shell, part: ArithmeticExpansionPart): Process<Bytes> {
  return part.expression ? String(yield* evaluateWhole(shell, part.expression, part.text.slice(3, -2))) : '0';
}

function* substitutedPath(shell: Shell, part: ProcessSubstitutionPart): Process<Bytes> {
  return part.script ? yield* processSubstitution(shell, part.script, part.operator) : '';
}

/** A pattern typed as such: its own nested quotes and expansions are resolved. */
function* expandGlob(
  shell: Shell,
  part: Extract<WordPart, { type: 'Glob' | 'ExtendedGlob' }>,
  out: Piece[],
): Process<void> {
  if (!part.parts || part.parts.every((inner) => inner.type === 'Literal' && inner.text === inner.value)) {
    out.push({ text: part.text, mode: 'glob' });
    return;
  }
  const inner: Piece[] = [];
  yield* expandParts(shell, part.parts, inner, false, false);
  const first = inner[0]?.text ?? '';
  const wrapped = part.type === 'ExtendedGlob' && !first.startsWith(`${part.operator}(`);
  const bracketed = part.type === 'Glob' && !first.startsWith('[');
  if (wrapped) out.push({ text: `${part.operator}(`, mode: 'glob' });
  if (bracketed) out.push({ text: '[', mode: 'glob' });
  for (const piece of inner) out.push(piece.mode === 'plain' ? { text: piece.text, mode: 'glob' } : piece);
  if (wrapped) out.push({ text: ')', mode: 'glob' });
  if (bracketed) out.push({ text: ']', mode: 'glob' });
}

/** ~, ~+, ~-, ~root at the start; in an assignment after each colon too. `open`: more of the word follows. */
function tilde(shell: Shell, value: Bytes, raw: Bytes, assignment = false, open = false): Bytes {
  const one = (text: Bytes, last: boolean): Bytes => {
    const match = /^~([^/:]*)/.exec(text);
    if (!match || (last && open && match[0] === text)) return text;
    const who = match[1]!;
    const rest = text.slice(match[0].length);
    if (who === '') return (shell.get('HOME') ?? '/root') + rest;
    if (who === '+') return utf8(shell.cwd) + rest;
    if (who === '-') return (shell.get('OLDPWD') ?? '~-') + rest;
    return who === 'root' ? `/root${rest}` : text;
  };
  if (!assignment) return raw[0] === '~' ? one(value, true) : value;
  const pieces = value.split(':');
  return pieces.map((piece, k) => (piece[0] === '~' ? one(piece, k === pieces.length - 1) : piece)).join(':');
}

/** Splits the pieces into fields by IFS and replaces patterns by the files that match them. */
function* intoFields(shell: Shell, pieces: readonly Piece[], out: Bytes[]): Process<void> {
  for (const field of split(pieces, shell.get('IFS'))) {
    const active = !shell.flags.noglob && field.some((piece) => piece.mode !== 'plain' && hasGlob(piece.text));
    const plain = field.map((piece) => piece.text).join('');
    if (!active) {
      out.push(plain);
      continue;
    }
    const pattern = field.map((piece) => (piece.mode === 'plain' ? quotePattern(piece.text) : piece.text)).join('');
    const found = yield* pathnames(shell.cwd, pattern, shell.shopts);
    if (found.length > 0) out.push(...found);
    else if (!shell.shopts.has('nullglob')) out.push(plain);
  }
}

/** Fields as pieces: `plain` ones are inert, `glob` ones may match. */
function split(pieces: readonly Piece[], ifs: Bytes | undefined): Piece[][] {
  const separators = ifs ?? ' \t\n';
  const fields: Piece[][] = [];
  let current: Piece[] | undefined;
  let afterBlank = false;
  const finish = (): void => {
    if (current) fields.push(current);
    current = undefined;
  };
  const append = (piece: Piece): void => {
    current ??= [];
    current.push(piece);
    afterBlank = false;
  };
  for (const piece of pieces) {
    if (piece.mode === 'break') {
      finish();
      afterBlank = false;
    } else if (piece.mode !== 'split') {
      append(piece.mode === 'quoted' ? { text: piece.text, mode: 'plain' } : piece);
    } else {
      let from = 0;
      const text = piece.text;
      for (let at = 0; at < text.length; at++) {
        const c = text[at]!;
        if (!separators.includes(c)) continue;
        if (at > from) append({ text: text.slice(from, at), mode: 'glob' });
        from = at + 1;
        if (c === ' ' || c === '\t' || c === '\n') {
          if (current) afterBlank = true;
          finish();
        } else if (current) {
          finish();
          afterBlank = false;
        } else {
          if (!afterBlank) fields.push([]);
          afterBlank = false;
        }
      }
      if (from < text.length) append({ text: text.slice(from), mode: 'glob' });
    }
  }
  finish();
  return fields;
}
