/** YAML as docker reads it: version 1.2 with merge keys, and the integers of version 1.1. Follows go.yaml.in/yaml/v3. */
import { LineCounter, parseDocument, type ScalarTag, type YAMLError } from 'yaml';
import { CliError } from '../../command';

/** A mapping of a Compose file. */
export interface Dict {
  readonly [key: string]: unknown;
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `0777`, `0b11`, `0x1f` and `1_000` are integers. */
const INTEGER: ScalarTag = {
  identify: () => false,
  default: true,
  tag: 'tag:yaml.org,2002:int',
  test: /^[-+]?(0[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*_[0-9_]*)$/,
  resolve: (text: string) => {
    const sign = text.startsWith('-') ? -1 : 1;
    const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
    return sign * Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  },
};

const MAX_ALIASES = 1000;

/** The mapping at the top of a Compose file. Throws CliError in the words of docker's YAML library. */
export function parseYaml(text: string): Dict {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    merge: true,
    customTags: (tags) => [INTEGER, ...tags],
    lineCounter: lines,
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error) throw new CliError(complaint(error, lines));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new CliError('yaml: document contains excessive aliasing');
  }
  if (!isDict(value)) throw new CliError('top-level object must be a mapping');
  return value;
}

function complaint(error: YAMLError, lines: LineCounter): string {
  const { line } = lines.linePos(error.pos[0]);
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return `yaml: unmarshal errors:\n  line ${line}: mapping key already defined`;
    case 'TAB_AS_INDENT':
      return `yaml: line ${line}: found character that cannot start any token`;
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return `yaml: line ${line}: mapping values are not allowed in this context`;
    case 'BAD_ALIAS':
      return `yaml: unknown anchor '${/[^:]*$/.exec(error.message)?.[0].trim() ?? ''}' referenced`;
    case 'MISSING_CHAR':
      return `yaml: line ${line}: could not find expected ':'`;
    default:
      return `yaml: line ${Math.max(1, line - 1)}: did not find expected key`;
  }
}
