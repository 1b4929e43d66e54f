/**
 * The constraint language: `key == value`, `key != value`, all of them together. Values are compared whole and without
 * case; there are no patterns. Follows moby/swarmkit manager/constraint/constraint.go.
 */
import { fail, ok, type Result } from '../../base/result';
import { inSubnet, parseIp, parseSubnet } from '../allocator/ip';
import type { NodeObject } from '../objects';

const OPERATORS = ['==', '!='] as const;
const KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;

export const NODE_LABELS = 'node.labels.';
export const ENGINE_LABELS = 'engine.labels.';

export interface Constraint {
  readonly key: string;
  readonly equal: boolean;
  readonly value: string;
}

type Parsed = Result<readonly Constraint[], string>;

/** Specs are frozen and shared, so each list is parsed once. */
const parsed = new WeakMap<readonly string[], Parsed>();
const NONE: Parsed = ok([]);

/** The first malformed expression is the error, in the control API's words. */
export function parseConstraints(expressions: readonly string[] | undefined): Parsed {
  if (!expressions || expressions.length === 0) return NONE;
  let result = parsed.get(expressions);
  if (!result) parsed.set(expressions, (result = parse(expressions)));
  return result;
}

function parse(expressions: readonly string[]): Parsed {
  const constraints: Constraint[] = [];
  for (const expression of expressions) {
    const operator = OPERATORS.find((candidate) => expression.includes(candidate));
    if (!operator) return fail(`constraint expected one operator from ${OPERATORS.join(', ')}`);
    const at = expression.indexOf(operator);
    const key = expression.slice(0, at).trim();
    if (!KEY.test(key)) return fail(`key '${key}' is invalid`);
    const value = expression.slice(at + 2).trim();
    if (!VALUE.test(value)) return fail(`value '${value}' is invalid`);
    constraints.push({ key, equal: operator === '==', value });
  }
  return ok(constraints);
}

export function nodeMatches(constraints: readonly Constraint[], node: NodeObject): boolean {
  return constraints.every((constraint) => matches(constraint, node));
}

function matches(constraint: Constraint, node: NodeObject): boolean {
  const key = constraint.key.toLowerCase();
  const compare = (actual: string | undefined): boolean =>
    (constraint.value.toLowerCase() === (actual ?? '').toLowerCase()) === constraint.equal;
  if (key === 'node.id') return compare(node.id);
  if (key === 'node.hostname') return compare(node.description?.Hostname);
  if (key === 'node.ip') return matchesAddress(constraint, node.status.addr);
  if (key === 'node.role') return compare(node.role);
  if (key === 'node.platform.os') return compare(node.description?.Platform.OS);
  if (key === 'node.platform.arch') return compare(node.description?.Platform.Architecture);
  if (key.startsWith(NODE_LABELS) && key.length > NODE_LABELS.length) {
    return compare(node.spec.Labels?.[constraint.key.slice(NODE_LABELS.length)]);
  }
  if (key.startsWith(ENGINE_LABELS) && key.length > ENGINE_LABELS.length) {
    return compare(node.description?.Engine.Labels?.[constraint.key.slice(ENGINE_LABELS.length)]);
  }
  return false;
}

/** An address or a subnet; a malformed one never matches, whichever the operator. */
function matchesAddress(constraint: Constraint, addr: string): boolean {
  const actual = parseIp(addr);
  const single = parseIp(constraint.value);
  if (single !== undefined) return (single === actual) === constraint.equal;
  const subnet = parseSubnet(constraint.value);
  if (!subnet) return false;
  return (actual !== undefined && inSubnet(subnet, actual)) === constraint.equal;
}
