/**
 * Finds the handler of a request. Paths are taken without their version prefix; a method that a path does not have is
 * answered like a path that does not exist. Follows moby/moby api/server/server.go, CreateMux.
 */
import { AssertionError } from '../base/assert';
import type { Exchange, Handler, Params, Route } from './exchange';
import { Refusal } from './refusal';

/** Its maps are made when there is something to put in: most steps have one kind of successor, or none. */
interface Step {
  literals: Map<string, Step> | undefined;
  /** `:name`, one segment. */
  parameter: Step | undefined;
  parameterName: string;
  /** `:name*` in the middle or at the end: one segment or more, tried last. */
  rest: Step | undefined;
  restName: string;
  /** Method → the route's place in the list. */
  routes: Map<string, number> | undefined;
}

function newStep(): Step {
  return {
    literals: undefined,
    parameter: undefined,
    parameterName: '',
    rest: undefined,
    restName: '',
    routes: undefined,
  };
}

/** The paths of a list of routes. */
interface Paths {
  readonly names: readonly string[];
  readonly root: Step;
}

/** The last ones made: every machine has the same. */
let known: Paths | undefined;

function pathsOf(routes: readonly Route[]): Paths {
  const isKnown =
    known?.names.length === routes.length &&
    routes.every(({ method, path }, at) => known!.names[at] === `${method} ${path}`);
  if (isKnown) return known!;
  const root = newStep();
  for (const [at, route] of routes.entries()) addPath(root, route, at);
  known = { root, names: routes.map(({ method, path }) => `${method} ${path}`) };
  return known;
}

function addPath(root: Step, { method, path }: Route, at: number): void {
  let step = root;
  for (const segment of path.slice(1).split('/')) {
    if (segment.startsWith(':') && segment.endsWith('*')) {
      step.restName = segment.slice(1, -1);
      step = step.rest ??= newStep();
    } else if (segment.startsWith(':')) {
      step.parameterName = segment.slice(1);
      step = step.parameter ??= newStep();
    } else {
      step.literals ??= new Map();
      let next = step.literals.get(segment);
      if (!next) step.literals.set(segment, (next = newStep()));
      step = next;
    }
  }
  step.routes ??= new Map();
  if (step.routes.has(method)) throw new AssertionError(`two routes for ${method} ${path}`);
  step.routes.set(method, at);
}

export class Router {
  private readonly root: Step;
  private readonly handlers: readonly Handler[];

  constructor(routes: readonly Route[]) {
    this.root = pathsOf(routes).root;
    this.handlers = routes.map(({ handler }) => handler);
  }

  /** Answers the request: every exit of a handler's synchronous part ends in an answer. */
  serve(exchange: Exchange): void {
    const { method, path } = exchange.request;
    const found = this.find(method, path);
    if (!found) {
      exchange.answer(404, { message: 'page not found' });
      return;
    }
    guarded(exchange, () => found.handler(exchange, found.params));
  }

  private find(method: string, path: string): { handler: Handler; params: Params } | undefined {
    if (!path.startsWith('/')) return undefined;
    const params = new Map<string, string>();
    const route = walk(this.root, path.slice(1).split('/'), 0, method, params);
    return route === undefined ? undefined : { handler: this.handlers[route]!, params: Object.fromEntries(params) };
  }
}

/** The route's place in the list. */
function walk(
  step: Step,
  segments: readonly string[],
  at: number,
  method: string,
  params: Map<string, string>,
): number | undefined {
  if (at === segments.length) return step.routes?.get(method);
  const segment = segments[at]!;
  const literal = step.literals?.get(segment);
  const byLiteral = literal && walk(literal, segments, at + 1, method, params);
  if (byLiteral !== undefined) return byLiteral;
  if (step.parameter && segment !== '') {
    const route = walk(step.parameter, segments, at + 1, method, params);
    if (route !== undefined) {
      params.set(step.parameterName, segment);
      return route;
    }
  }
  if (!step.rest) return undefined;
  for (let end = segments.length; end > at; end--) {
    const route = walk(step.rest, segments, end, method, params);
    if (route !== undefined) {
      params.set(step.restName, segments.slice(at, end).join('/'));
      return route;
    }
  }
  return undefined;
}

/** Runs a part of a handler; a {@link Refusal} in it becomes the answer. */
export function guarded(exchange: Exchange, part: () => void): void {
  try {
    part();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    exchange.answer(error.error.status, { message: error.error.message });
  }
}
