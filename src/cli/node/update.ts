/** docker node update, promote and demote. Follows docker/cli cli/command/node/{update,promote,demote}.go. */
import type { Node, NodeSpec } from '../../api/index';
import type { Process } from '../../base/process';
import { keyValues } from '../arguments';
import { type Cli, CliError, type Flags, type Invocation } from '../command';

export function* nodeUpdate(cli: Cli, { flags, args }: Invocation): Process<number> {
  const node = yield* cli.client.nodeInspect(args[0]!);
  yield* cli.client.nodeUpdate(node.ID, node.Version, mergeSpec(node, flags));
  yield* cli.out(`${args[0]}\n`);
  return 0;
}

/** Values are the engine's to check. */
function mergeSpec(node: Node, flags: Flags): NodeSpec {
  const labels = new Map(Object.entries(node.Spec.Labels ?? {}));
  for (const [key, value] of Object.entries(keyValues(flags.list('label-add')))) labels.set(key, value);
  for (const key of flags.list('label-rm')) {
    if (!labels.delete(key)) throw new CliError(`key ${key} doesn't exist in node's labels`);
  }
  return {
    ...node.Spec,
    Labels: Object.fromEntries(labels),
    ...(flags.changed('role') ? { Role: flags.string('role') } : {}),
    ...(flags.changed('availability') ? { Availability: flags.string('availability') } : {}),
  };
}

export function* nodePromote(cli: Cli, { args }: Invocation): Process<number> {
  return yield* changeRole(cli, args, 'manager', (name) => `Node ${name} promoted to a manager in the swarm.\n`);
}

export function* nodeDemote(cli: Cli, { args }: Invocation): Process<number> {
  return yield* changeRole(cli, args, 'worker', (name) => `Manager ${name} demoted in the swarm.\n`);
}

/** The first failure ends it. */
function* changeRole(
  cli: Cli,
  names: readonly string[],
  role: 'manager' | 'worker',
  done: (name: string) => string,
): Process<number> {
  for (const name of names) {
    const node = yield* cli.client.nodeInspect(name);
    if (node.Spec.Role === role) {
      yield* cli.out(`Node ${node.ID} is already a ${role}.\n`);
      continue;
    }
    yield* cli.client.nodeUpdate(node.ID, node.Version, { ...node.Spec, Role: role });
    yield* cli.out(done(name));
  }
  return 0;
}
