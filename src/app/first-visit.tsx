/** The first minute: three commands, the goal, and the grey words at the prompt. Gone with the first running service. */
import { Check, Play } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Scene } from '../scene/index';
import { typeLine } from './lab';
import { type PageState, usePage } from './store';
import { words } from './words';

const INIT = 'docker swarm init';
const CREATE = 'docker service create --name web --replicas 3 nginx';

/** Typed on node1: every other host joins by its own docker, with node1's token. */
function joinLine(scene: Scene): string {
  const machines = [...scene.tables.machine.values()].sort((a, b) => a.index - b.index);
  const outside = machines.filter((one) => one.name !== 'node1' && one.swarm === 'inactive' && one.powered);
  const names = outside.map((one) => one.name).join(' ');
  return `for n in ${names}; do ssh $n docker swarm join --token $(docker swarm join-token -q worker) node1:2377; done`;
}

/** How far the first visit is: 0 to 2 is the command due, 3 is over. */
function stepOf(scene: Scene): 0 | 1 | 2 | 3 {
  const { machine, node, service } = scene.tables;
  for (const one of service.values()) if (one.running > 0) return 3;
  if (service.size > 0) return 3;
  const first = machine.get('node1');
  if (first === undefined || first.swarm === 'inactive') return node.size > 0 ? 3 : 0;
  const outside = [...machine.values()].some((one) => one.swarm === 'inactive' && one.powered);
  return outside ? 1 : 2;
}

/** What Enter takes at node1's empty prompt; '' once the first visit is over, or elsewhere. */
export function suggestionFor(state: PageState): string {
  if (state.phase !== 'live' || state.host !== 'node1') return '';
  const step = stepOf(state.scene);
  if (step === 0) return INIT;
  if (step === 1) return joinLine(state.scene);
  return step === 2 ? CREATE : '';
}

export function isFirstVisit(state: PageState): boolean {
  return stepOf(state.scene) < 3;
}

export function FirstVisit(): ReactElement {
  const step = usePage((state) => stepOf(state.scene));
  const scene = usePage((state) => state.scene);
  const live = usePage((state) => state.phase === 'live');
  const lines = [INIT, step === 1 ? joinLine(scene) : 'docker swarm join --token …', CREATE];
  return (
    <section className="first-visit" aria-label={words.firstSteps}>
      <ol>
        {words.steps.map(({ title, text }, at) => (
          <li key={title} data-now={at === step}>
            <span className="step-number">{at < step ? <Check size={14} aria-label={words.done} /> : at + 1}</span>
            <span className="step-words">
              <b>{title}</b>
              <span>{text}</span>
            </span>
            <button
              type="button"
              className="command mono"
              disabled={!live || at !== step}
              onClick={() => typeLine(lines[at]!, 'node1')}
            >
              <Play size={12} aria-hidden="true" />
              <span>{lines[at]}</span>
              {at === step && <kbd>Enter</kbd>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
