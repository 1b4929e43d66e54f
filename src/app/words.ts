/**
 * Every word that the page says, in one place. What docker and bash print is theirs and is not here. Plurals are
 * functions: languages differ in more than an s.
 */
import type { Summary } from '../scene/index';

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

const NUMBERS: Readonly<Record<number, string>> = {
  2: 'two',
  3: 'three',
  4: 'four',
  5: 'five',
  6: 'six',
  7: 'seven',
  8: 'eight',
  9: 'nine',
};

export const words = {
  title: 'Swarm Playground',
  loading: 'Switching the machines on',
  hosts: 'Hosts',
  views: 'Views',
  view: { nodes: 'Nodes', raft: 'Raft' },
  terminalOf: (host: string, number: number) =>
    number === 1 ? `Terminal of ${host}` : `Terminal ${number} of ${host}`,
  newSession: (host: string) => `Another terminal on ${host}`,
  closeSession: 'Close this terminal',
  copyAddress: (ip: string) => `Copy ${ip}`,
  copied: (text: string) => `Copied ${text}`,
  findHost: 'Find a host',
  resize: 'Width of the terminal',
  leader: 'Leader',
  manager: 'Manager',
  worker: 'Worker',
  candidate: 'Candidate',
  follower: 'Follower',
  machineOn: 'on',
  machineOff: 'off',
  dockerStopped: 'docker stopped',
  starting: 'starting',
  noSwarmYet: 'no swarm yet',
  text: 'Text',
  picture: 'Picture',
  theme: { system: 'Theme: as the system', dark: 'Theme: dark', light: 'Theme: light' },
  fullScreen: 'Full screen',
  leaveFullScreen: 'Leave full screen',
  shortcuts: 'Keys',
  close: 'Close',
  terminal: 'Terminal',

  // time strip
  timeControls: 'Time',
  pause: 'Pause',
  resume: 'Go on',
  step: 'Step to the next event',
  speed: 'Speed',
  rates: { 1: '1/10×', 10: '1×', 100: '10×', 600: '60×' } as Record<number, string>,
  untilSettled: 'until settled',
  behind: 'slower than asked: this computer is busy',
  hostsBooted: (hosts: number) => `${count(hosts, 'host', 'hosts')}, booted`,
  since: (seconds: string, what: string) => `+${seconds} since ${what}`,
  lanes: { you: 'you', swarm: 'swarm', world: 'world' },
  timeline: 'What happened, latest at the right',

  // hint line
  hintFirst: 'Enter takes the grey words. Tab completes.',
  hintLeave: 'Ctrl M, then Tab, leaves the terminal.',
  hintTabLeaves: 'Tab now leaves the terminal. Ctrl M gives it back.',
  hintPaused: 'Paused: commands wait for the clock.',
  hintNoLeader: 'No manager leads the swarm: docker waits, and gives up after 20 s.',
  hintOff: (host: string) => `${host} is off. lab start ${host}, typed here or anywhere, switches it on again.`,
  hintFiltering: 'The clock stands while a filter is at work.',

  // acts
  kill: 'Power off',
  killOf: (host: string) => `Power off ${host}`,
  start: 'Power on',
  startOf: (host: string) => `Power on ${host}`,
  partition: 'Cut the LAN in two',
  partitionHelp: 'Choose the hosts of one side; the rest is the other.',
  partitionDo: 'Cut',
  heal: 'Mend all cables',
  cancel: 'Cancel',

  // tables
  host: 'Host',
  state: 'State',
  tasks: 'Tasks',
  power: 'Power',
  services: 'Services',
  service: 'Service',
  actualDesired: 'Actual / desired',
  image: 'Image',
  ports: 'Ports',
  update: 'Update',
  waitingForNode: 'Waiting for a node',
  ended: (amount: number) => `${amount} ended`,
  more: (amount: number) => `and ${amount} more`,
  overcount: 'More than desired: tasks on a silent node still count by their last report.',
  containers: 'Containers outside the swarm',
  noServices: 'No service yet.',
  raftNone: 'No manager yet: docker swarm init makes the first.',
  term: 'Term',
  votedFor: 'Voted for',
  leads: 'Who leads, it says',
  itself: 'itself',
  nobody: 'nobody yet',
  committed: 'Committed',
  lastEntry: 'Last entry',
  timer: 'Election timer',
  log: 'Log',
  entry: (index: number, term: number, committed: boolean) =>
    `entry ${index}, term ${term}, ${committed ? 'committed' : 'not committed'}`,
  votes: (granted: number, needed: number) => `${granted} of ${needed} votes needed`,
  inFlight: (amount: number) => `${count(amount, 'message', 'messages')} in flight`,

  // first visit
  welcome: (hosts: number) => `Make ${NUMBERS[hosts] ?? hosts} machines act as one`,
  firstSteps: 'First steps',
  welcomeLead: 'A minute, three commands. Press Enter in the terminal, or click a command here.',
  steps: [
    { title: 'Start a swarm', text: 'node1 becomes its first manager' },
    { title: 'Let the others join', text: 'each of them, with the token that node1 gives' },
    { title: 'Ask for three web servers', text: 'then switch a machine off and watch' },
  ],
  done: 'done',

  // trouble
  failedTitle: 'The simulation has stopped',
  failedText:
    'This is a fault of the playground, not yours. The journal holds all that was done here, and lets others repeat it.',
  saveJournal: 'Save the journal',
  startAnew: 'Start anew',
  restarted: 'The simulation met a fault and was started again: everything was replayed.',
  setAside: 'One input stopped the simulation twice and was left out.',
  missing: (what: string) => `This browser lacks ${what}: the playground cannot run here.`,
  cameBack: 'The clock stood still while this tab was hidden.',

  // keys dialogue
  keysIntro: 'Outside terminals and fields; with Alt from anywhere.',
  singleKeys: 'Single keys act without Alt',
  screenReader: 'Terminal for screen readers',
} as const;

/** A sentence in two weights. */
export interface Said {
  readonly strong: string;
  readonly rest: readonly string[];
}

/** The Raft view's: who leads, or who asks and how far it is. */
export function raftSentence(summary: Summary): Said {
  if (summary.managers === 0) return { strong: 'No manager yet.', rest: [] };
  const majority = Math.floor(summary.managers / 2) + 1;
  const rest: string[] = [];
  const { candidates, leader, leaderTerm } = summary;
  if (candidates.length === 1)
    rest.push(`${candidates[0]} asks for votes and needs ${majority} of ${summary.managers}`);
  if (candidates.length > 1)
    rest.push(`${candidates.join(', ')} ask for votes, each needs ${majority} of ${summary.managers}`);
  if (leader !== '') rest.push(`${leader} leads, term ${leaderTerm}`);
  rest.push(managers(summary));
  return { strong: headline(summary), rest };
}

/** The sentence that a view begins with: what matters most, then the rest. */
export function sentence(summary: Summary, hosts: number): Said {
  if (!summary.swarm) return { strong: `${count(hosts, 'host', 'hosts')}, no swarm yet.`, rest: [] };
  const rest: string[] = [];
  if (summary.updating.length > 0) rest.push(`${summary.updating.join(', ')} is updating`);
  if (summary.down.length > 0) rest.push(`${summary.down.join(', ')} down`);
  rest.push(
    `${count(summary.nodes, 'node', 'nodes')}, ${summary.running} of ${count(summary.desired, 'task', 'tasks')} running`,
  );
  if (summary.pending > 0) rest.push(`${count(summary.pending, 'task waits', 'tasks wait')} for a node`);
  rest.push(managers(summary));
  return { strong: headline(summary), rest };
}

function headline(summary: Summary): string {
  if (summary.candidates.length > 0) return `Election, term ${summary.term}.`;
  if (summary.leader === '') return 'No leader.';
  if (summary.partitioned) return 'Partitioned.';
  return summary.settled ? 'Settled.' : 'Working.';
}

function managers(summary: Summary): string {
  const has = count(summary.managers, 'manager', 'managers');
  if (summary.canLose < 0) return `${has}, ${summary.reachable} reachable: no majority`;
  return `${has}, can lose ${summary.canLose}`;
}
