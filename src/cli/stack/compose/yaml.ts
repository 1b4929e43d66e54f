/** YAML as docker reads it: version 1.2 with merge keys, and the integers of version 1.1. Follows go.yaml.in/yaml/v3. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type ScalarTag, visit } from 'yaml';
import { goQuote } from '../../../base/go-quote';
import { CliError } from '../../command';
import { forbiddenText, lineOf, yamlComplaint } from './yaml-errors';

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

/** Begins the keys that are no texts, which docker's decoder keeps apart: its checks refuse them later. */
const OTHER_KEY = '\0';

/** Whether some mapping in it has a key that is no text, as `8080:`. */
export function hasOtherKeys(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasOtherKeys);
  return isDict(value) && Object.entries(value).some(([key, item]) => key.startsWith(OTHER_KEY) || hasOtherKeys(item));
}

/** The mapping at the top of a Compose file. Throws CliError in the words of docker's YAML library. */
export function parseYaml(text: string): Dict {
  const forbidden = forbiddenText(text);
  if (forbidden !== undefined) throw new CliError(forbidden);
  const document = parseDocument(text, {
    version: '1.2',
    merge: true,
    customTags: (tags) => [INTEGER, ...tags],
    prettyErrors: false,
    logLevel: 'error',
  });
  const errors = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  const [error] = errors;
  if (error?.code === 'DUPLICATE_KEY') throw new CliError(duplicate(text, document, error.pos[0]));
  if (error) throw new CliError(yamlComplaint(text, errors));
  const broken = brokenAlias(document) ?? markKeys(document);
  if (broken !== undefined) throw new CliError(broken);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    throw new CliError('yaml: document contains excessive aliasing');
  }
  if (!isDict(value) || Object.keys(value).some((key) => key.startsWith(OTHER_KEY))) {
    throw new CliError('top-level object must be a mapping');
  }
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

/** What is wrong with an alias: it has no anchor, stands in itself, or is merged and no mapping. */
function brokenAlias(document: Document): string | undefined {
  const anchors = new Map<string, Node>();
  let problem: string | undefined;
  visit(document, {
    Node(_, node) {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    },
    Alias(_, { source }, path) {
      const target = anchors.get(source);
      if (!target) problem ??= `yaml: unknown anchor '${source}' referenced`;
      else if (path.includes(target)) problem ??= `yaml: anchor '${source}' value contains itself`;
    },
    Pair(_, { key, value }) {
      if (!isMergeKey(key)) return;
      const merged = (isSeq(value) ? value.items : [value]).map((item) =>
        isAlias(item) ? anchors.get(item.source) : item,
      );
      if (merged.some((item) => item !== undefined && !isMap(item))) {
        problem ??= 'yaml: map merge requires map or sequence of maps as the value';
      }
    },
  });
  return problem;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.source === '<<' && key.type === 'PLAIN';
}

/** Marks the keys that are no texts; those that no mapping can have are a mistake. */
function markKeys(document: Document): string | undefined {
  let problem: string | undefined;
  visit(document, {
    Pair(_, { key }) {
      if (isMap(key) || isSeq(key)) problem ??= `yaml: invalid map key: ${goSyntax(key.toJSON())}`;
      if (isScalar(key) && typeof key.value !== 'string' && !isMergeKey(key)) key.value = OTHER_KEY + String(key.value);
    },
  });
  return problem;
}

/** %#v of a small collection. */
function goSyntax(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isDict(value)) return String(value);
  const members = Object.entries(value).map(([key, item]) => `${goQuote(key)}:${goSyntax(item)}`);
  return `map[string]interface {}{${members.join(', ')}}`;
}
