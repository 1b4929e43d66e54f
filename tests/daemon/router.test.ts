import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/daemon/index';
import { refuse } from '../../src/daemon/refusal';
import { Router } from '../../src/daemon/router';
import { request, shown } from './exchange';

function route(method: Route['method'], path: string): Route {
  return { method, path, handler: (exchange, params) => exchange.answer(200, { path, params }) };
}

const router = new Router([
  route('GET', '/services'),
  route('GET', '/services/:id'),
  route('POST', '/services/create'),
  route('POST', '/services/:id/update'),
  route('GET', '/images/:name*/json'),
  route('GET', '/images/json'),
  route('DELETE', '/images/:name*'),
  {
    method: 'GET',
    path: '/refused',
    handler: () => refuse(418, 'no'),
  },
]);

describe('a request finds its route', () => {
  it.each([
    ['GET /services', '200 {"path":"/services","params":{}}'],
    ['GET /services/web', '200 {"path":"/services/:id","params":{"id":"web"}}'],
    ['GET /services/create', '200 {"path":"/services/:id","params":{"id":"create"}}'],
    ['POST /services/create', '200 {"path":"/services/create","params":{}}'],
    ['POST /services/create/update', '200 {"path":"/services/:id/update","params":{"id":"create"}}'],
    ['GET /images/json', '200 {"path":"/images/json","params":{}}'],
    ['GET /images/nginx/json', '200 {"path":"/images/:name*/json","params":{"name":"nginx"}}'],
    ['GET /images/a/b/c:1/json', '200 {"path":"/images/:name*/json","params":{"name":"a/b/c:1"}}'],
    ['DELETE /images/a/b', '200 {"path":"/images/:name*","params":{"name":"a/b"}}'],
    ['GET /nosuch', '404 page not found'],
    ['GET /services/', '404 page not found'],
    ['GET /services/a/b', '404 page not found'],
    ['PUT /services', '404 page not found'],
    ['DELETE /services/web', '404 page not found'],
    ['GET services', '404 page not found'],
    ['GET /', '404 page not found'],
    ['GET /refused', '418 no'],
  ])('%s', (line, expected) => {
    const exchange = request(line);
    router.serve(exchange);
    expect(shown(exchange)).toBe(expected);
    expect(exchange.outcome.answers).toBe(1);
  });
});
