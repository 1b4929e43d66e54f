/** The lists of the swarm's nouns, ready to print. Rows come in the order to show; sorting is done here. */
import type { Config, NetworkInspect, Node, Secret, SwarmInfo, Volume } from '../../api/index';
import type { Process } from '../../base/process';
import type { Cli } from '../command';
import type { ListOptions } from './list';

/** `docker node ls`. Follows docker/cli cli/command/node/formatter.go. */
export function* printNodes(
  _cli: Cli,
  _nodes: readonly Node[],
  _info: SwarmInfo | undefined,
  _options: ListOptions,
): Process<void> {}
/** `docker network ls`. */
export function* printNetworks(
  _cli: Cli,
  _networks: readonly NetworkInspect[],
  _options: ListOptions & { noTrunc: boolean },
): Process<void> {}
/** `docker secret ls`. */
export function* printSecrets(_cli: Cli, _secrets: readonly Secret[], _options: ListOptions): Process<void> {}
/** `docker config ls`. */
export function* printConfigs(_cli: Cli, _configs: readonly Config[], _options: ListOptions): Process<void> {}
/** `docker volume ls`. */
export function* printVolumes(_cli: Cli, _volumes: readonly Volume[], _options: ListOptions): Process<void> {}
