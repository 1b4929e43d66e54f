/**
 * Every modelled command by its canonical path: the name under its management command (`container ls`, never `ps`).
 * A path of the data that is not here is a real command that this engine does not model.
 */
import type { Run } from './command';
import { configCreate, configInspect, configList, configRemove } from './config/commands';
import { contextList, contextShow } from './context/commands';
import { networkConnect, networkDisconnect, networkInspect, networkList } from './network/commands';
import { networkCreate } from './network/create';
import { networkRemove } from './network/remove';
import { nodeInspect } from './node/inspect';
import { nodeList } from './node/list';
import { nodePs } from './node/ps';
import { nodeRemove } from './node/remove';
import { nodeDemote, nodePromote, nodeUpdate } from './node/update';
import { objectCommands } from './objects';
import { secretCreate, secretInspect, secretList, secretRemove } from './secret/commands';
import { swarmCa } from './swarm/ca';
import { swarmInit } from './swarm/init';
import { swarmJoin } from './swarm/join';
import { swarmJoinToken } from './swarm/join-token';
import { swarmLeave } from './swarm/leave';
import { swarmUnlock } from './swarm/unlock';
import { swarmUnlockKey } from './swarm/unlock-key';
import { swarmUpdate } from './swarm/update';
import { systemDiskUsage } from './system/df';
import { systemEvents } from './system/events';
import { systemInfo } from './system/info';
import { systemInspect } from './system/inspect';
import { dockerLogin, dockerLogout } from './system/login';
import { containerPrune, imagePrune, networkPrune, systemPrune, volumePrune } from './system/prune';
import { dockerVersion } from './system/version';
import { volumeCreate, volumeInspect, volumeList, volumeRemove } from './volume/commands';

export const commands: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['version', dockerVersion],
  ['login', dockerLogin],
  ['logout', dockerLogout],
  ['inspect', systemInspect],
  ['system info', systemInfo],
  ['system events', systemEvents],
  ['system df', systemDiskUsage],
  ['system prune', systemPrune],
  ['context ls', contextList],
  ['context show', contextShow],
  ['swarm init', swarmInit],
  ['swarm join', swarmJoin],
  ['swarm join-token', swarmJoinToken],
  ['swarm leave', swarmLeave],
  ['swarm update', swarmUpdate],
  ['swarm unlock', swarmUnlock],
  ['swarm unlock-key', swarmUnlockKey],
  ['swarm ca', swarmCa],
  ['node ls', nodeList],
  ['node inspect', nodeInspect],
  ['node ps', nodePs],
  ['node update', nodeUpdate],
  ['node promote', nodePromote],
  ['node demote', nodeDemote],
  ['node rm', nodeRemove],
  ['network ls', networkList],
  ['network create', networkCreate],
  ['network inspect', networkInspect],
  ['network rm', networkRemove],
  ['network connect', networkConnect],
  ['network disconnect', networkDisconnect],
  ['network prune', networkPrune],
  ['volume create', volumeCreate],
  ['volume ls', volumeList],
  ['volume inspect', volumeInspect],
  ['volume rm', volumeRemove],
  ['volume prune', volumePrune],
  ['container prune', containerPrune],
  ['image prune', imagePrune],
  ['secret create', secretCreate],
  ['secret ls', secretList],
  ['secret inspect', secretInspect],
  ['secret rm', secretRemove],
  ['config create', configCreate],
  ['config ls', configList],
  ['config inspect', configInspect],
  ['config rm', configRemove],
  ...objectCommands,
]);
