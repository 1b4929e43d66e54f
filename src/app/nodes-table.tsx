/** The text twin of the Nodes view: hosts with their tasks, services, and the acts on power and cables. */
import { type ReactElement, useMemo, useState } from 'react';
import {
  classOfNode,
  classOfTask,
  isHistory,
  type Scene,
  type ServiceRecord,
  type StateClass,
  type TaskRecord,
  taskName,
} from '../scene/index';
import { Glyph } from './glyphs';
import { type Host, hostsOf, roleOf } from './hosts';
import { act, showHost } from './lab';
import { usePage } from './store';
import { words } from './words';

/** Tasks listed a host before the rest is counted. */
const TASKS_SHOWN = 24;

export function NodesTable(): ReactElement {
  const scene = usePage((state) => state.scene);
  const shape = usePage((state) => state.shape);
  const hosts = hostsOf(scene, shape);
  const tasks = useMemo(() => tasksByNode(scene), [scene]);
  return (
    <div className="tables">
      <table className="table hosts-table">
        <thead>
          <tr>
            <th scope="col">{words.host}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.tasks}</th>
            <th scope="col">{words.power}</th>
          </tr>
        </thead>
        <tbody>
          {hosts.map((host) => (
            <HostRow key={host.name} host={host} scene={scene} tasks={tasks.get(host.node?.id ?? '-') ?? []} />
          ))}
        </tbody>
      </table>
      <Cables hosts={hosts} scene={scene} />
      <Waiting scene={scene} tasks={tasks.get('') ?? []} />
      <Services scene={scene} />
      <Plain scene={scene} />
    </div>
  );
}

function tasksByNode(scene: Scene): Map<string, TaskRecord[]> {
  const byNode = new Map<string, TaskRecord[]>();
  for (const task of scene.tables.task.values()) {
    const list = byNode.get(task.nodeId);
    if (list === undefined) byNode.set(task.nodeId, [task]);
    else list.push(task);
  }
  return byNode;
}

function HostRow({ host, scene, tasks }: { host: Host; scene: Scene; tasks: readonly TaskRecord[] }): ReactElement {
  const role = roleOf(host);
  const roleWord = { leader: words.leader, manager: words.manager, worker: words.worker, none: words.noSwarmYet }[role];
  const powered = host.machine?.powered !== false;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="name-button" onClick={() => showHost(host.name)}>
          {host.name}
        </button>
        <span className="small">{roleWord}</span>
        <span className="small mono">{host.ip}</span>
      </th>
      <td>
        <HostState host={host} />
        {host.node !== undefined && host.node.availability !== 'active' && (
          <span className="small">{capital(host.node.availability)}</span>
        )}
      </td>
      <td>
        <TaskList scene={scene} tasks={tasks} doubt={host.node?.state === 'down'} />
      </td>
      <td className="acts">
        <button
          type="button"
          className="tool-button"
          disabled={host.machine === undefined}
          aria-label={powered ? words.killOf(host.name) : words.startOf(host.name)}
          onClick={() => act([powered ? 'kill' : 'start', host.name])}
        >
          {powered ? words.kill : words.start}
        </button>
      </td>
    </tr>
  );
}

function HostState({ host }: { host: Host }): ReactElement {
  const { machine, node } = host;
  if (machine === undefined) return <State of="stopped" word={words.starting} />;
  if (!machine.powered) return <State of="failed" word={node === undefined ? words.machineOff : nodeWord(host)} />;
  if (!machine.docker) return <State of="progress" word={words.dockerStopped} />;
  if (node === undefined) return <State of="running" word={words.machineOn} />;
  return <State of={classOfNode(node)} word={nodeWord(host)} />;
}

/** Docker's word; that the machine is off is another fact. */
function nodeWord({ machine, node }: Host): string {
  const word = capital(node!.state);
  return machine?.powered === false ? `${word}, ${words.machineOff}` : word;
}

function State({ of, word }: { of: StateClass; word: string }): ReactElement {
  return (
    <span className={`state ${of}`}>
      <Glyph of={of} />
      {word}
    </span>
  );
}

function TaskList({
  scene,
  tasks,
  doubt,
}: {
  scene: Scene;
  tasks: readonly TaskRecord[];
  doubt: boolean;
}): ReactElement {
  const present = tasks.filter((task) => !isHistory(task));
  const ended = tasks.length - present.length;
  return (
    <ul className="task-list">
      {present.slice(0, TASKS_SHOWN).map((task) => (
        <TaskItem key={task.id} task={task} service={scene.tables.service.get(task.serviceId)} doubt={doubt} />
      ))}
      {present.length > TASKS_SHOWN && <li className="small">{words.more(present.length - TASKS_SHOWN)}</li>}
      {ended > 0 && <li className="small">{words.ended(ended)}</li>}
    </ul>
  );
}

function TaskItem({
  task,
  service,
  doubt,
}: {
  task: TaskRecord;
  service: ServiceRecord | undefined;
  doubt: boolean;
}): ReactElement {
  const name = service === undefined ? task.id.slice(0, 12) : taskName(task, service);
  const state = classOfTask(task);
  const inDoubt = doubt && state === 'running';
  return (
    <li className="task-item" title={task.err || task.message}>
      <span className={`stripe service-${service === undefined ? 0 : service.order % 15}`} aria-hidden="true" />
      <Glyph of={inDoubt ? 'stopped' : state} />
      <b>{name}</b>
      <span className="small">{inDoubt ? `${task.state}?` : task.state}</span>
    </li>
  );
}

function Waiting({ scene, tasks }: { scene: Scene; tasks: readonly TaskRecord[] }): ReactElement | null {
  const waiting = tasks.filter((task) => task.desiredState === 'running' || task.desiredState === 'ready');
  if (waiting.length === 0) return null;
  return (
    <section aria-label={words.waitingForNode}>
      <h2>{words.waitingForNode}</h2>
      <ul className="waiting-list">
        {waiting.slice(0, TASKS_SHOWN).map((task) => (
          <li key={task.id}>
            <TaskList scene={scene} tasks={[task]} doubt={false} />
            {task.err !== '' && <q className="mono">{task.err}</q>}
          </li>
        ))}
        {waiting.length > TASKS_SHOWN && <li className="small">{words.more(waiting.length - TASKS_SHOWN)}</li>}
      </ul>
    </section>
  );
}

function Services({ scene }: { scene: Scene }): ReactElement | null {
  const services = [...scene.tables.service.values()].sort((a, b) => a.order - b.order);
  if (scene.tables.node.size === 0) return null;
  if (services.length === 0) return <p className="small">{words.noServices}</p>;
  return (
    <section aria-label={words.services}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{words.service}</th>
            <th scope="col">{words.image}</th>
            <th scope="col">{words.ports}</th>
            <th scope="col">{words.update}</th>
            <th scope="col" className="number">
              {words.actualDesired}
            </th>
          </tr>
        </thead>
        <tbody>
          {services.map((service) => (
            <tr key={service.id}>
              <th scope="row">
                <span className={`stripe service-${service.order % 15}`} aria-hidden="true" />
                {service.name}
              </th>
              <td className="mono">{withoutDigest(service.image)}</td>
              <td className="mono">{service.ports.map((port) => `:${port.published}`).join(' ')}</td>
              <td>{service.updateState}</td>
              <td className={`number mono ${service.running === service.desired ? '' : 'short'}`}>
                {service.running}/{service.desired}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {services.some((service) => service.running > service.desired) && <p className="small">{words.overcount}</p>}
    </section>
  );
}

/** As `docker service ls` shows an image. */
function withoutDigest(image: string): string {
  return image.replace(/@.*$/, '');
}

function Plain({ scene }: { scene: Scene }): ReactElement | null {
  const containers = [...scene.tables.container.values()];
  if (containers.length === 0) return null;
  return (
    <section aria-label={words.containers}>
      <h2>{words.containers}</h2>
      <ul className="task-list">
        {containers.slice(0, TASKS_SHOWN).map((one) => (
          <li key={one.id} className="task-item">
            <Glyph of={one.state === 'running' ? 'running' : one.exitCode > 0 ? 'failed' : 'stopped'} />
            <b>{one.name}</b>
            <span className="small">
              {one.machine}, {one.state}
            </span>
          </li>
        ))}
        {containers.length > TASKS_SHOWN && <li className="small">{words.more(containers.length - TASKS_SHOWN)}</li>}
      </ul>
    </section>
  );
}

/** Tears the LAN in two, or mends it; the line that does it is shown before it is done. */
function Cables({ hosts, scene }: { hosts: readonly Host[]; scene: Scene }): ReactElement | null {
  const [open, setOpen] = useState(false);
  const [side, setSide] = useState<ReadonlySet<string>>(new Set());
  if (hosts.length < 2 || hosts[0]?.machine === undefined) return null;
  const torn = new Set(hosts.map((host) => host.machine?.segment)).size > 1 || scene.tables.link.size > 0;
  const names = hosts.map((host) => host.name);
  const left = names.filter((name) => side.has(name));
  const right = names.filter((name) => !side.has(name));
  const args = ['partition', left.join(','), '/', right.join(',')];
  const whole = left.length === 0 || right.length === 0;
  return (
    <div className="cables">
      {!open && (
        <button type="button" className="tool-button" onClick={() => setOpen(true)}>
          {words.partition}
        </button>
      )}
      {torn && (
        <button type="button" className="tool-button" onClick={() => act(['heal'])}>
          {words.heal}
        </button>
      )}
      {open && (
        <fieldset>
          <legend>{words.partitionHelp}</legend>
          {names.map((name) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={side.has(name)}
                onChange={() => setSide(new Set(side.has(name) ? left.filter((one) => one !== name) : [...left, name]))}
              />
              {name}
            </label>
          ))}
          <button
            type="button"
            className="tool-button strong"
            disabled={whole}
            onClick={() => {
              act(args);
              setOpen(false);
            }}
          >
            {words.partitionDo}
          </button>
          <button type="button" className="tool-button" onClick={() => setOpen(false)}>
            {words.cancel}
          </button>
          {!whole && <code>lab {args.join(' ')}</code>}
        </fieldset>
      )}
    </div>
  );
}

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
