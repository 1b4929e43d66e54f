/** Routes that a real engine has and this one has not: refused in one sentence rather than as if they did not exist. */
import type { Route } from '../exchange';

const UNMODELLED: readonly (readonly [method: Route['method'], path: string, what: string])[] = [
  ['POST', '/session', 'building images is'],
  ['GET', '/images/get', 'saving images is'],
  ['POST', '/images/load', 'loading images is'],
  ['GET', '/images/search', 'searching for images is'],
  ['GET', '/plugins', 'managing plugins is'],
  ['POST', '/plugins/pull', 'managing plugins is'],
];

export function unmodelledRoutes(): readonly Route[] {
  return UNMODELLED.map(([method, path, what]) => ({
    method,
    path,
    handler: (exchange) => exchange.answer(501, { message: `${what} not part of this playground` }),
  }));
}
