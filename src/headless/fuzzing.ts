/** One seed of the fuzzer: its plan is run, and the world is checked after every event. */
import { DEFAULT_EPOCH, Lab, WorldChecker } from '../lab/index';
import { CONSOLE, fuzzPlan, type Plan, SWARM, scriptOf } from './fuzz-plan';
import { answerFilter } from './pump';
import { tools } from './tools';

export interface FuzzResult {
  readonly seed: number;
  readonly events: number;
  readonly digest: string;
  /** The broken rule and where, undefined when all held. */
  readonly broken: string | undefined;
}

const EVENTS_MAX = 3_000_000;
/** Virtual time that one plan may take. */
const TIME_MAX = 4 * 3_600_000_000;

/** Runs the plan of a seed, or what is left of it. */
export async function fuzzSeed(
  seed: number,
  output: (data: string) => void = () => {},
  plan: Plan = fuzzPlan(seed),
): Promise<FuzzResult> {
  let ended = false;
  const lab = new Lab({
    seed,
    epoch: DEFAULT_EPOCH,
    shape: { nodes: SWARM + 1 },
    tools,
    outputs: {
      terminal: () => {},
      prompt: () => {},
      line: () => {},
      act: () => {},
      script: (_session, _stream, data) => output(data),
      scriptEnd: () => {
        ended = true;
      },
    },
  });
  const checker = new WorldChecker(lab);
  let broken: string | undefined;
  lab.simulation.hooks.event = (event) => {
    broken ??= withPlace(checker.check(), lab, event.seq);
  };
  lab.submit({ kind: 'script', session: 1, host: CONSOLE, name: `fuzz-${seed}`, text: scriptOf(plan), args: [] });
  try {
    while (!ended && broken === undefined && lab.simulation.digest.count < EVENTS_MAX) {
      const end = lab.advance(DEFAULT_EPOCH + TIME_MAX, 2_000);
      if (end === 'filter') await answerFilter(lab);
      if (end === 'reached') break;
    }
    if (!ended && broken === undefined)
      broken = withPlace('the plan did not come to its end', lab, lab.simulation.cause);
    broken ??= withPlace(checker.checkConverged(), lab, lab.simulation.cause);
  } catch (error) {
    broken = withPlace(
      error instanceof Error ? (error.stack ?? error.message) : String(error),
      lab,
      lab.simulation.cause,
    );
  }
  return { seed, events: lab.simulation.digest.count, digest: lab.digest(), broken };
}

function withPlace(broken: string | undefined, lab: Lab, seq: number): string | undefined {
  if (broken === undefined) return undefined;
  return `${broken} (event ${seq}, ${((lab.now - DEFAULT_EPOCH) / 1e6).toFixed(6)} s)`;
}

/** The command that runs a seed again. */
export function replayCommandOf(seed: number): string {
  return `npm run fuzz -- --seed ${seed} --count 1 --verbose`;
}
