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
  handlers: Map<string, Handler> | undefined;
}

function newStep(): Step {
  return {
    literals: undefined,
    parameter: undefined,
    parameterName: '',
    rest: undefined,
    restName: '',
    handlers: undefined,
  };
}

export class Router {
  private readonly root = newStep();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.add(route);
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

  private add(route: Route): void {
    let step = this.root;
    for (const segment of route.path.slice(1).split('/')) {
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
    step.handlers ??= new Map();
    if (step.handlers.has(route.method)) throw new AssertionError(`two routes for ${route.method} ${route.path}`);
    step.handlers.set(route.method, route.handler);
  }

  private find(method: string, path: string): { handler: Handler; params: Params } | undefined {
    if (!path.startsWith('/')) return undefined;
    const params = new Map<string, string>();
    const handler = this.walk(this.root, path.slice(1).split('/'), 0, method, params);
    return handler && { handler, params: Object.fromEntries(params) };
  }

  private walk(
    step: Step,
    segments: readonly string[],
    at: number,
    method: string,
    params: Map<string, string>,
  ): Handler | undefined {
    if (at === segments.length) return step.handlers?.get(method);
    const segment = segments[at]!;
    const literal = step.literals?.get(segment);
    const byLiteral = literal && this.walk(literal, segments, at + 1, method, params);
    if (byLiteral) return byLiteral;
    if (step.parameter && segment !== '') {
      const handler = this.walk(step.parameter, segments, at + 1, method, params);
      if (handler) {
        params.set(step.parameterName, segment);
        return handler;
      }
    }
    if (!step.rest) return undefined;
    for (let end = segments.length; end > at; end--) {
      const handler = this.walk(step.rest, segments, end, method, params);
      if (handler) {
        params.set(step.restName, segments.slice(at, end).join('/'));
        return handler;
      }
    }
    return undefined;
  }
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
