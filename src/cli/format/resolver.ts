/** Names for the ids of nodes and services, asked once each. Follows docker/cli cli/command/idresolver. */
import { type Client, ClientError } from '../../api/index';
import type { Process } from '../../base/process';

export class Resolver {
  /** Nodes and services share it, as upstream. */
  private readonly names = new Map<string, string>();

  constructor(
    private readonly client: Client,
    private readonly noResolve: boolean,
  ) {}

  /** The node's name or host name; its id when it cannot be had. */
  *node(id: string): Process<string> {
    return yield* this.cached(id, function* (client) {
      const node = yield* client.nodeInspect(id);
      return node.Spec.Name || node.Description.Hostname || id;
    });
  }

  /** The service's name; its id when it cannot be had. */
  *service(id: string): Process<string> {
    return yield* this.cached(id, function* (client) {
      return (yield* client.serviceInspect(id)).Spec.Name ?? '';
    });
  }

  private *cached(id: string, ask: (client: Client) => Process<string>): Process<string> {
    if (this.noResolve) return id;
    const known = this.names.get(id);
    if (known !== undefined) return known;
    let name = id;
    try {
      name = yield* ask(this.client);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
    }
    this.names.set(id, name);
    return name;
  }
}
