/** /secrets and /configs. Follows moby/moby daemon/cluster/secrets.go and configs.go. */
import type { Cluster } from '../cluster/cluster';
import { CONFIG_FILTERS, filterSecrets, SECRET_FILTERS } from '../cluster/filters';
import { configSpec, configView, secretSpec, secretView } from '../convert/secret';
import type { Exchange, Route } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader, query, queryFilters } from '../request';
import { json } from './json';

export function secretRoutes(cluster: Cluster): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/secrets',
      handler: (exchange) => {
        cluster.requireManager();
        const filters = queryFilters(exchange.request, SECRET_FILTERS);
        cluster.control(exchange, 'listSecrets', {}, (secrets) => {
          exchange.answer(200, json(filterSecrets(secrets, filters).map(secretView)));
        });
      },
    },
    {
      method: 'POST',
      path: '/secrets/create',
      handler: (exchange) => {
        const reader = bodyReader(exchange.request, 'SecretSpec');
        cluster.requireManager();
        cluster.control(exchange, 'createSecret', { spec: secretSpec(reader) }, ({ id }) => {
          exchange.answer(201, { ID: id });
        });
      },
    },
    {
      method: 'GET',
      path: '/secrets/:id',
      handler: (exchange, params) => {
        cluster.findSecret(exchange, params['id']!, (secret) => exchange.answer(200, json(secretView(secret))));
      },
    },
    {
      method: 'DELETE',
      path: '/secrets/:id',
      handler: (exchange, params) => {
        cluster.findSecret(exchange, params['id']!, ({ id }) => {
          cluster.control(exchange, 'removeSecret', { id }, () => exchange.answer(204));
        });
      },
    },
    {
      method: 'POST',
      path: '/secrets/:id/update',
      handler: (exchange, params) => {
        const reader = bodyReader(exchange.request, 'SecretSpec');
        const version = specVersion(exchange, 'secret');
        cluster.findSecret(exchange, params['id']!, ({ id }) => {
          const spec = secretSpec(reader);
          cluster.control(exchange, 'updateSecret', { id, version, spec }, () => exchange.answer(200));
        });
      },
    },
  ];
}

export function configRoutes(cluster: Cluster): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/configs',
      handler: (exchange) => {
        cluster.requireManager();
        const filters = queryFilters(exchange.request, CONFIG_FILTERS);
        cluster.control(exchange, 'listConfigs', {}, (configs) => {
          exchange.answer(200, json(filterSecrets(configs, filters).map(configView)));
        });
      },
    },
    {
      method: 'POST',
      path: '/configs/create',
      handler: (exchange) => {
        const reader = bodyReader(exchange.request, 'ConfigSpec');
        cluster.requireManager();
        cluster.control(exchange, 'createConfig', { spec: configSpec(reader) }, ({ id }) => {
          exchange.answer(201, { ID: id });
        });
      },
    },
    {
      method: 'GET',
      path: '/configs/:id',
      handler: (exchange, params) => {
        cluster.findConfig(exchange, params['id']!, (config) => exchange.answer(200, json(configView(config))));
      },
    },
    {
      method: 'DELETE',
      path: '/configs/:id',
      handler: (exchange, params) => {
        cluster.findConfig(exchange, params['id']!, ({ id }) => {
          cluster.control(exchange, 'removeConfig', { id }, () => exchange.answer(204));
        });
      },
    },
    {
      method: 'POST',
      path: '/configs/:id/update',
      handler: (exchange, params) => {
        const reader = bodyReader(exchange.request, 'ConfigSpec');
        const version = specVersion(exchange, 'config');
        cluster.findConfig(exchange, params['id']!, ({ id }) => {
          const spec = configSpec(reader);
          cluster.control(exchange, 'updateConfig', { id, version, spec }, () => exchange.answer(200));
        });
      },
    },
  ];
}

function specVersion(exchange: Exchange, what: string): number {
  const value = query(exchange.request, 'version');
  return /^\d+$/.test(value) ? Number(value) : refuse(400, `invalid ${what} version`);
}
