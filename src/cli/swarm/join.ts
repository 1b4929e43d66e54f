/** docker swarm join. Follows docker/cli cli/command/swarm/join.go. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';
import { availability } from './spec';

export function* swarmJoin(cli: Cli, { flags, args }: Invocation): Process<number> {
  yield* cli.client.swarmJoin({
    ListenAddr: flags.string('listen-addr'),
    AdvertiseAddr: flags.string('advertise-addr'),
    DataPathAddr: flags.string('data-path-addr'),
    RemoteAddrs: [args[0]!],
    JoinToken: flags.string('token'),
    Availability: availability(flags) ?? '',
  });
  const info = yield* cli.client.info();
  const role = info.Swarm.ControlAvailable ? 'manager' : 'worker';
  yield* cli.out(`This node joined a swarm as a ${role}.\n`);
  return 0;
}
