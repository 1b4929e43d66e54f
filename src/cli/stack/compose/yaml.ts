/** YAML as docker reads it: version 1.2 with merge keys, and the integers of version 1.1. Follows go.yaml.in/yaml/v3. */
import { type Document, isScalar, parseDocument, type ScalarTag, visit } from 'yaml';
import { goQuote } from '../../../base/go-quote';
import { CliError } from '../../command';
import { lineOf, yamlComplaint } from './yaml-errors';

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
  const document = parseDocument(text, {
    version: '1.2',
    merge: true,
    customTags: (tags) => [INTEGER, ...tags],
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error?.code === 'DUPLICATE_KEY') throw new CliError(duplicate(text, document, error.pos[0]));
  if (error) throw new CliError(yamlComplaint(text, error));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new CliError(brokenAlias(document));
  }
  if (!isDict(value)) throw new CliError('top-level object must be a mapping');
  return value;
}

function duplicate(text: string, document: Document, at: number): string {
  let found = '';
  visit(document, {
    Map(_, map) {
      const lines = new Map<string, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const start = key.range?.[0] ?? 0;
        const before = lines.get(name);
        if (start === at && before !== undefined) {
          found =
            `yaml: unmarshal errors:\n  line ${lineOf(text, at) + 1}: mapping key ${goQuote(name)} ` +
            `already defined at line ${before}`;
        }
        lines.set(name, lineOf(text, start) + 1);
      }
    },
  });
  return found === '' ? `yaml: unmarshal errors:\n  line ${lineOf(text, at) + 1}: mapping key already defined` : found;
}

/** An alias without an anchor, a merge of something that is no mapping, or too many of them. */
function brokenAlias(document: Document): string {
  const anchors = new Set<string>();
  let unknown: string | undefined;
  let merged = false;
  visit(document, {
    Node(_, node) {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    },
    Alias(_, alias) {
      if (!anchors.has(alias.source)) unknown ??= alias.source;
    },
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.value === '<<' && isScalar(pair.value)) merged = true;
    },
  });
  if (unknown !== undefined) return `yaml: unknown anchor '${unknown}' referenced`;
  return merged
    ? 'yaml: map merge requires map or sequence of maps as the value'
    : 'yaml: document contains excessive aliasing';
}
