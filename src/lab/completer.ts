/** What the Tab key can see from a host: programs, files, and the names that its engine knows. Asked, never journalled. */
import { Errno } from '../base/process';
import type { Completer } from '../shell/index';
import type { Session } from './sessions';
import type { Tools } from './tools';
import type { World } from './world';

/** Words of the shell itself. */
const BUILTINS = [
  'alias',
  'bg',
  'break',
  'cd',
  'command',
  'continue',
  'declare',
  'echo',
  'eval',
  'exit',
  'export',
  'fg',
  'getopts',
  'history',
  'jobs',
  'kill',
  'local',
  'printf',
  'pwd',
  'read',
  'return',
  'set',
  'shift',
  'source',
  'test',
  'trap',
  'type',
  'unalias',
  'unset',
  'wait',
  'for',
  'if',
  'while',
  'until',
  'case',
  'do',
  'done',
  'then',
  'fi',
  'function',
];

type NameKind = Parameters<Completer['names']>[0];

/** The completer of a session's shell. */
export function makeCompleter(world: World, session: Session, tools: Tools): Completer {
  const engine = () => world.host(session.host)?.daemon?.engine;
  return {
    cwd: session.view.cwd,
    home: '/root',
    commands: () => sorted([...BUILTINS, ...tools.hostPrograms().keys(), ...session.view.commands]),
    variables: () => sorted(session.view.variables),
    names: (kind) => sorted(namesOf(world, session.host, kind)),
    hosts: () => world.names,
    list: (path) => {
      const files = engine()?.files;
      try {
        return files?.list(path).map((name) => {
          const { kind } = files.stat(path === '/' ? `/${name}` : `${path}/${name}`);
          return { name, directory: kind === 'directory' };
        });
      } catch (error) {
        if (error instanceof Errno) return undefined;
        throw error;
      }
    },
  };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}

function namesOf(world: World, host: string, kind: NameKind): readonly string[] {
  const daemon = world.host(host)?.daemon;
  if (!daemon) return [];
  const store = daemon.swarm.store();
  switch (kind) {
    case 'container':
      return daemon.engine.containers.list().map((container) => container.name);
    case 'running-container':
      return daemon.engine.containers
        .list()
        .filter((one) => one.state.status === 'running')
        .map((one) => one.name);
    case 'image':
      return daemon.engine.images.list().flatMap((image) => image.tags);
    case 'volume':
      return daemon.engine.volumes.list().map((volume) => volume.name);
    case 'network':
      return [...daemon.engine.networks.list().map((network) => network.name), ...specNames(store?.list('network'))];
    case 'service':
    case 'secret':
    case 'config':
      return specNames(store?.list(kind));
    case 'stack': {
      const labels = store?.list('service').map((service) => service.spec.Labels?.['com.docker.stack.namespace'] ?? '');
      return labels?.filter((label) => label !== '') ?? [];
    }
    case 'node':
      return store?.list('node').map((node) => node.description?.Hostname ?? node.id) ?? [];
    case 'file':
      return [];
  }
}

function specNames(objects: readonly { readonly spec: { readonly Name?: string } }[] | undefined): readonly string[] {
  return objects?.map((object) => object.spec.Name ?? '').filter((name) => name !== '') ?? [];
}
