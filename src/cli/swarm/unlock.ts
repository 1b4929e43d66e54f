/** docker swarm unlock. Follows docker/cli cli/command/swarm/unlock.go. */
import { fromUtf8 } from '../../base/bytes';
import { type Process, read, Signalled, terminal, terminalMode } from '../../base/process';
import { readStdinLine } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';

export function* swarmUnlock(cli: Cli, _invocation: Invocation): Process<number> {
  const { Swarm } = yield* cli.client.info();
  if (Swarm.LocalNodeState === 'inactive') throw new CliError('Error: This node is not part of a swarm');
  if (Swarm.LocalNodeState !== 'locked') throw new CliError('Error: swarm is not locked');
  const key = (yield* terminal(0)) === undefined ? yield* readStdinLine() : yield* askSecretly(cli);
  yield* cli.client.swarmUnlock(key);
  return 0;
}

/** A line typed without echo. */
function* askSecretly(cli: Cli): Process<string> {
  yield* cli.out('Enter unlock key: ');
  yield* terminalMode(0, true);
  let line = '';
  try {
    for (;;) {
      const byte = yield* read(0, 1);
      if (byte === '\x03') throw new Signalled('INT');
      if (byte === '' || byte === '\r' || byte === '\n' || byte === '\x04') break;
      line = byte === '\x7f' ? line.slice(0, -1) : line + byte;
    }
  } finally {
    yield* terminalMode(0, false);
  }
  yield* cli.out('\n');
  return fromUtf8(line);
}
