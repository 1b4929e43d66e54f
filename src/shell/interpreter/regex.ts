/** POSIX regular expressions, basic and extended, as JavaScript's. Used by [[ =~ ]] and grep. */
import { bracket, compiled, quoteForRegExp } from './pattern';

/** Compiles a POSIX expression, for decoded text; throws SyntaxError for what cannot be one. */
export function posixRegExp(expression: string, extended: boolean, flags: string): RegExp {
  return compiled(posixSource(expression, extended), `${flags}u`);
}

function posixSource(expression: string, extended: boolean): string {
  let out = '';
  /** At the start of the expression or of a group, where * stands for itself. */
  let start = true;
  for (let at = 0; at < expression.length; ) {
    const c = expression[at]!;
    if (c === '[') {
      const set = bracket(expression, at, false);
      if (!set) throw new SyntaxError('Unmatched [, [^, [:, [., or [=');
      out += set.source;
      at = set.next;
      start = false;
      continue;
    }
    const interval = (extended ? /^\{(\d*(?:,\d*)?)\}/ : /^\\\{(\d*(?:,\d*)?)\\\}/).exec(expression.slice(at, at + 16));
    if (interval && interval[1] !== '' && !start) {
      out += `{${interval[1]!.startsWith(',') ? '0' : ''}${interval[1]}}`;
      at += interval[0].length;
      continue;
    }
    if (c === '\\') {
      const next = expression[at + 1];
      if (next === undefined) throw new SyntaxError('Trailing backslash');
      out += escaped(next, extended);
      start = !extended && (next === '(' || next === '|');
      at += 2;
      continue;
    }
    out += extended ? plainExtended(c, start) : plainBasic(c, start, expression.slice(at + 1));
    start = (c === '^' && start) || (extended && (c === '(' || c === '|'));
    at++;
  }
  return out;
}

/** What a backslash and a character mean. */
function escaped(next: string, extended: boolean): string {
  if ('wWsSbB'.includes(next) || /[1-9]/.test(next)) return `\\${next}`;
  if (next === '<') return '\\b(?=\\w)';
  if (next === '>') return '\\b(?<=\\w)';
  if (!extended && '()|+?'.includes(next)) return next;
  return quoteForRegExp(next);
}

function plainExtended(c: string, start: boolean): string {
  if (start && '*+?'.includes(c)) return `\\${c}`;
  return '{}]/'.includes(c) ? `\\${c}` : c;
}

function plainBasic(c: string, start: boolean, rest: string): string {
  if (c === '*') return start ? '\\*' : '*';
  if (c === '^') return start ? '^' : '\\^';
  if (c === '$') return rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|') ? '$' : '\\$';
  return '(){}|+?]/'.includes(c) ? `\\${c}` : c;
}
