/** The Engine API: every route that a dockerd answers, behind one router. Given to the daemon by the entrance. */
import type { ApiContext, ApiServer } from '../api-slot';
import type { Route } from '../exchange';
import { Router } from '../router';
import { buildRoutes } from './build';
import { engineRoutes } from './engine-routes';
import { logRoutes } from './logs';
import { networkRoutes } from './networks';
import { nodeRoutes } from './nodes';
import { configRoutes, secretRoutes } from './secrets';
import { serviceRoutes } from './services';
import { swarmRoutes } from './swarm';
import { systemRoutes } from './system';
import { taskRoutes } from './tasks';
import { unmodelledRoutes } from './unmodelled';

export function engineApi(context: ApiContext): ApiServer {
  return new Router(routes(context));
}

function routes(context: ApiContext): readonly Route[] {
  const { cluster, engine, now, randomName } = context;
  return [
    ...systemRoutes(context),
    ...engineRoutes({ engine, now, isManager: () => cluster.node.status().controlAvailable }),
    ...buildRoutes(engine, now),
    ...swarmRoutes(context),
    ...nodeRoutes(cluster),
    ...serviceRoutes({
      cluster,
      randomName,
      localNetwork: (nameOrId) => {
        const found = engine.networks.find(nameOrId);
        return found.ok && found.value.scope === 'local' ? found.value.name : undefined;
      },
    }),
    ...taskRoutes(cluster),
    ...logRoutes(cluster),
    ...secretRoutes(cluster),
    ...configRoutes(cluster),
    ...networkRoutes({ cluster, engine }),
    ...unmodelledRoutes(),
  ];
}
