/** docker network create. Follows docker/cli cli/command/network/create.go. */
import type { Process } from '../../base/process';
import { keyValues } from '../arguments';
import type { Cli, Invocation } from '../command';
import { ipamConfig } from './ipam';

export function* networkCreate(cli: Cli, { flags, args }: Invocation): Process<number> {
  const from = flags.string('config-from');
  const answer = yield* cli.client.networkCreate({
    Name: args[0]!,
    Driver: flags.string('driver'),
    Scope: flags.string('scope'),
    ...(flags.changed('ipv4') ? { EnableIPv4: flags.bool('ipv4') } : {}),
    ...(flags.changed('ipv6') ? { EnableIPv6: flags.bool('ipv6') } : {}),
    IPAM: {
      Driver: flags.string('ipam-driver'),
      Options: keyValues(flags.list('ipam-opt')),
      Config: ipamConfig(flags),
    },
    Internal: flags.bool('internal'),
    Attachable: flags.bool('attachable'),
    Ingress: flags.bool('ingress'),
    ConfigOnly: flags.bool('config-only'),
    ConfigFrom: from === '' ? null : { Network: from },
    Options: keyValues(flags.list('opt')),
    Labels: keyValues(flags.list('label')),
  });
  yield* cli.out(`${answer.Id}\n`);
  return 0;
}
