/** /nodes. Follows moby/moby daemon/cluster/nodes.go. */
import type { Cluster } from '../cluster/cluster';
import { filterNodes, NODE_FILTERS } from '../cluster/filters';
import { nodeSpec, nodeView } from '../convert/node';
import type { Route } from '../exchange';
import { bodyReader, queryFilters, queryFlag, queryVersion } from '../request';
import { json } from './json';

export function nodeRoutes(cluster: Cluster): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/nodes',
      handler: (exchange) => {
        cluster.requireManager();
        const filters = queryFilters(exchange.request, NODE_FILTERS);
        filterNodes([], filters);
        cluster.control(exchange, 'listNodes', {}, (nodes) => {
          exchange.answer(200, json(filterNodes(nodes, filters).map(nodeView)));
        });
      },
    },
    {
      method: 'GET',
      path: '/nodes/:id',
      handler: (exchange, params) => {
        cluster.findNode(exchange, params['id']!, (node) => exchange.answer(200, json(nodeView(node))));
      },
    },
    {
      method: 'POST',
      path: '/nodes/:id/update',
      handler: (exchange, params) => {
        const reader = bodyReader(exchange.request, 'NodeSpec');
        const version = queryVersion(exchange.request, 'node');
        cluster.requireManager();
        const spec = nodeSpec(reader);
        cluster.findNode(exchange, params['id']!, ({ id }) => {
          cluster.control(exchange, 'updateNode', { id, version, spec }, () => exchange.answer(200));
        });
      },
    },
    {
      method: 'DELETE',
      path: '/nodes/:id',
      handler: (exchange, params) => {
        const force = queryFlag(exchange.request, 'force');
        cluster.findNode(exchange, params['id']!, ({ id }) => {
          cluster.control(exchange, 'removeNode', { id, force }, () => exchange.answer(200));
        });
      },
    },
  ];
}
