/** A small screen: the cluster at a glance above the pane, tokens and missing keys under it, tabs at the bottom. */
import type { ReactElement } from 'react';
import { classOfTask, isHistory, type Scene } from '../scene/index';
import { Glyph, Logo, RoleBadge } from './glyphs';
import { describe } from './host-tabs';
import { dotOf, type Host, hostsOf, roleOf } from './hosts';
import { sendKeys, showHost, terminals } from './lab';
import { page, usePage, VIEW_NAMES } from './store';
import { Sentence } from './view-pane';
import { words } from './words';

/** Tiles a host before the rest is left out. */
const TILES = 8;

export function PhoneHead(): ReactElement {
  return (
    <header className="phone-head bar">
      <span className="logo">
        <Logo />
      </span>
      <Sentence view="nodes" />
    </header>
  );
}

export function Peek(): ReactElement {
  const scene = usePage((state) => state.scene);
  const shape = usePage((state) => state.shape);
  const shown = usePage((state) => state.host);
  return (
    <fieldset className="peek" aria-label={words.hosts}>
      {hostsOf(scene, shape).map((host) => (
        <PeekHost key={host.name} host={host} scene={scene} shown={host.name === shown} />
      ))}
    </fieldset>
  );
}

function PeekHost({ host, scene, shown }: { host: Host; scene: Scene; shown: boolean }): ReactElement {
  const role = roleOf(host);
  const tasks = [...scene.tables.task.values()].filter((task) => task.nodeId === host.node?.id && !isHistory(task));
  return (
    <button
      type="button"
      className={`peek-host ${role}`}
      aria-pressed={shown}
      aria-label={`${host.name}, ${describe(role, dotOf(host))}`}
      onClick={() => {
        showHost(host.name);
        page.setState({ pane: 'terminal' });
      }}
    >
      <span className="peek-name">
        {dotOf(host) === 'failed' && <Glyph of="failed" size={10} />}
        {host.name}
        <RoleBadge role={role} />
      </span>
      <span className="peek-tiles">
        {tasks.slice(0, TILES).map((task) => (
          <span key={task.id} className={`peek-tile ${classOfTask(task)}`} />
        ))}
      </span>
    </button>
  );
}

export function PhoneTabs(): ReactElement {
  const pane = usePage((state) => state.pane);
  const view = usePage((state) => state.view);
  return (
    <nav className="phone-tabs" aria-label={words.views}>
      <button type="button" aria-current={pane === 'terminal'} onClick={() => page.setState({ pane: 'terminal' })}>
        {words.terminal}
      </button>
      {VIEW_NAMES.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={pane === 'view' && view === name}
          onClick={() => page.setState({ pane: 'view', view: name })}
        >
          {words.view[name]}
        </button>
      ))}
    </nav>
  );
}

const KEYS: readonly (readonly [label: string, keys: string])[] = [
  ['Tab', '\t'],
  ['↑', '\u001b[A'],
  ['Ctrl C', '\u0003'],
  ['|', '|'],
  ['-', '-'],
  ['/', '/'],
];

/** Tokens by what stands before the cursor. */
const TOKENS: Readonly<Record<string, readonly string[]>> = {
  '': ['docker', 'lab', 'curl', 'ssh'],
  docker: ['service', 'node', 'swarm', 'stack', 'ps', 'run', 'network'],
  'docker service': ['ls', 'ps', 'create', 'scale', 'update', 'inspect', 'rm', 'logs'],
  'docker node': ['ls', 'ps', 'update', 'promote', 'demote', 'inspect', 'rm'],
  'docker swarm': ['init', 'join', 'join-token', 'leave', 'update'],
  'docker stack': ['deploy', 'ls', 'ps', 'services', 'rm'],
  'docker network': ['ls', 'create', 'inspect', 'rm'],
  lab: ['ls', 'kill', 'start', 'partition', 'heal', 'until'],
};
const TAKES_SERVICE = /^docker service (ps|scale|update|inspect|rm|logs)$/;
const TAKES_NODE = /^(docker node (ps|update|promote|demote|inspect|rm)|lab (kill|start)|ssh)$/;

/** What may come next on the line, from the scene and a small list. */
function tokensFor(line: string, scene: Scene): readonly string[] {
  const typed = line.replace(/^.*?[$#] /, '');
  if (typed !== '' && !typed.endsWith(' ')) return [];
  const words = typed.trim();
  if (TAKES_SERVICE.test(words)) return [...scene.tables.service.values()].map((service) => service.name);
  if (TAKES_NODE.test(words)) return [...scene.tables.machine.values()].map((machine) => machine.name);
  return TOKENS[words] ?? [];
}

export function KeyBar(): ReactElement {
  const scene = usePage((state) => state.scene);
  const session = usePage((state) => state.session);
  usePage((state) => state.promptEmpty);
  usePage((state) => state.clock);
  const tokens = session === undefined ? [] : tokensFor(terminals.lineBeforeCursor(session), scene);
  return (
    <div className="key-bar">
      <div className="tokens">
        {tokens.map((token) => (
          <button key={token} type="button" className="mono" onClick={() => sendKeys(`${token} `)}>
            {token}
          </button>
        ))}
      </div>
      <div className="keys">
        {KEYS.map(([label, keys]) => (
          <button key={label} type="button" className="mono" onClick={() => sendKeys(keys)}>
            {label}
          </button>
        ))}
        <button type="button" className="mono enter" onClick={() => terminals.enter(session)}>
          Enter
        </button>
      </div>
    </div>
  );
}
