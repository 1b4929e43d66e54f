/** Words for services and their updates, of every mode and with every field that moves tasks about. */
import type { SeededStream } from '../sim/index';

const GOOD = ['nginx:alpine', 'redis:alpine', 'traefik/whoami', 'alpine sleep 10000'];
/** These end, fail, or cannot be had; a scenario ends with other images in their place. */
const BAD = ['alpine sleep 20', 'alpine false', 'nginx:nope', 'alpine sh -c "sleep 7; exit 3"'];
const JOBS = ['alpine true', 'alpine sleep 6', 'alpine sh -c "sleep 2; exit 1"'];
const CONSTRAINTS = ['node.labels.zone==1', 'node.labels.zone!=1', 'node.role==worker', 'node.hostname!=node2'];
const NODES = 5;

type Random = SeededStream;

/** Any of them; of none, undefined. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(0, Math.max(0, items.length - 1))]!;
}

export interface ServiceWords {
  readonly mode: string;
  readonly words: string;
}

/** Every service that is left has an image that runs, and no update that is paused; jobs that fail are given up. */
export const REPAIR: readonly string[] = [
  `for n in ${Array.from({ length: NODES }, (_, k) => k + 1).join(' ')}; do`,
  '  all=$(timeout 60 docker -H node$n service ls -q) || continue',
  '  for s in $all; do',
  "    case $(docker -H node$n service inspect -f '{{json .Spec.Mode}}' $s) in",
  '      *Job*) docker -H node$n service rm $s ;;',
  '      *) docker -H node$n service update -d --image redis:alpine --args "" --restart-condition any \\',
  '        --restart-max-attempts 0 --update-parallelism 0 --update-delay 0s --update-failure-action continue \\',
  '        --force $s ;;',
  '    esac',
  '  done',
  '  break',
  'done',
];

export function aService(random: Random, number: number): ServiceWords {
  const mode = pick(random, [
    'replicated',
    'replicated',
    'replicated',
    'global',
    'global',
    'replicated-job',
    'global-job',
  ]);
  const words = [`--mode ${mode}`];
  const maybe = (numerator: number, denominator: number, text: () => string): void => {
    if (random.chance(numerator, denominator)) words.push(text());
  };
  const isJob = mode.endsWith('-job');
  if (mode.startsWith('replicated')) words.push(`--replicas ${random.integer(1, 8)}`);
  if (mode === 'replicated-job') maybe(1, 2, () => `--max-concurrent ${random.integer(1, 4)}`);
  maybe(1, 3, () => `--constraint '${pick(random, CONSTRAINTS)}'`);
  maybe(1, 4, () => `--reserve-memory ${random.integer(1, 7) * 256}M`);
  maybe(1, 5, () => `--reserve-cpu ${random.integer(1, 4) / 2}`);
  maybe(1, 6, () => '--placement-pref spread=node.labels.zone');
  maybe(1, 4, () => '--network net');
  if (mode.startsWith('replicated')) maybe(1, 6, () => `--replicas-max-per-node ${random.integer(1, 3)}`);
  if (isJob) maybe(1, 2, () => `--restart-condition ${pick(random, ['none', 'on-failure'])}`);
  else {
    maybe(1, 4, () => `-p ${8000 + number}:80`);
    maybe(1, 6, () => `-p mode=host,published=${9000 + random.integer(0, 1)},target=80`);
    maybe(1, 4, () => `--restart-condition ${pick(random, ['none', 'on-failure', 'any'])}`);
    words.push(...updateWords(random));
  }
  words.push(...restartWords(random));
  maybe(1, 5, () => `--stop-grace-period ${random.integer(1, 90)}s`);
  const image = isJob ? pick(random, JOBS) : pick(random, random.chance(1, 4) ? BAD : GOOD);
  return { mode, words: `${words.join(' ')} ${image}` };
}

function restartWords(random: Random): string[] {
  const words: string[] = [];
  if (random.chance(1, 2)) words.push(`--restart-delay ${random.integer(0, 8)}s`);
  if (random.chance(1, 5)) words.push(`--restart-max-attempts ${random.integer(1, 4)}`);
  if (random.chance(1, 8)) words.push(`--restart-window ${random.integer(5, 60)}s`);
  return words;
}

/** How updates and rollbacks go. */
function updateWords(random: Random): string[] {
  const words: string[] = [];
  for (const kind of ['update', 'rollback']) {
    if (random.chance(1, 3)) words.push(`--${kind}-parallelism ${random.integer(0, 3)}`);
    if (random.chance(1, 3)) words.push(`--${kind}-order start-first`);
    if (random.chance(1, 3)) words.push(`--${kind}-delay ${random.integer(0, 6)}s`);
    if (random.chance(1, 3)) words.push(`--${kind}-monitor ${random.integer(1, 12)}s`);
    if (random.chance(1, 4)) words.push(`--${kind}-max-failure-ratio 0.${random.integer(1, 9)}`);
    const actions = kind === 'update' ? ['pause', 'continue', 'rollback'] : ['pause', 'continue'];
    if (random.chance(1, 2)) words.push(`--${kind}-failure-action ${pick(random, actions)}`);
  }
  return words;
}

/** What an update changes. */
export function anUpdate(random: Random, mode: string): string {
  if (mode.endsWith('-job')) return pick(random, ['--force', `--env-add N=${random.integer(1, 99)}`]);
  const roll = random.integer(1, 12);
  if (roll <= 3) return '--force';
  if (roll <= 5) return `--image ${pick(random, ['nginx:1.27', 'redis:7', 'nginx:nope', 'alpine'])}`;
  if (roll === 6) return `--args "${pick(random, ['sleep 30', 'false', 'sleep 9999'])}"`;
  if (roll === 7) return `--constraint-add '${pick(random, CONSTRAINTS)}'`;
  if (roll === 8) return `--constraint-rm '${pick(random, CONSTRAINTS)}'`;
  if (roll === 9) return `--reserve-memory ${random.integer(0, 7) * 256}M`;
  if (roll === 10) return random.chance(1, 2) ? '--network-add net' : '--network-rm net';
  const words = [...updateWords(random), ...restartWords(random)];
  return `${words.join(' ')} --force`;
}
