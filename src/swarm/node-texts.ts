/** What a node says of itself, in moby's words. Follows moby/moby daemon/cluster/errors.go. */
export const EXISTS =
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';
export const NO_SWARM = 'This node is not part of a swarm';
export const NOT_MANAGER =
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. " +
  'Please run this command on a manager node or promote the current node to a manager.';
export const JOIN_TIMEOUT =
  'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. ' +
  'Use the "docker info" command to see the current swarm status of your node.';
export const EXPIRED = 'Swarm certificates have expired. To replace them, leave the swarm and join again.';
