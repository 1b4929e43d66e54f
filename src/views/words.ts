/** Every word that a picture says. Docker's words for states are docker's and come with the records. */
import type { MessageRecord } from '../scene/index';
import { count } from './text';

export const words = {
  nodes: 'Hosts of the swarm and their tasks',
  raft: 'Managers and their Raft log',
  leader: 'Leader',
  manager: 'Manager',
  worker: 'Worker',
  noSwarmYet: 'no swarm yet',
  notInSwarm: 'not in the swarm',
  on: 'on',
  off: 'off',
  offFor: (span: string) => `off for ${span}`,
  dockerStopped: 'docker stopped',
  drain: 'Drain',
  pause: 'Pause',
  lan: (subnet: string) => subnet,
  partition: 'partition',
  stopping: 'stopping',
  doubt: (state: string) => `${state}?`,
  services: 'Services',
  actualDesired: 'actual / desired',
  noServices: 'No service yet.',
  waiting: 'Waiting for a node',
  more: (amount: number) => `+${amount} more`,
  updating: (done: number, all: number) => `updating ${done} of ${all}`,
  updatingPlain: 'updating',
  updatePaused: 'update paused',
  rollingBack: 'rolling back',
  overcount: (counts: string, hosts: string) => `${counts}: the last words of ${hosts} still count.`,
  overcountPlain: (counts: string) => `${counts}: old tasks still count until they have stopped.`,
  pace: (service: string, amount: number, delay: string) =>
    `${service}: ${amount === 0 ? 'all' : amount} at a time${delay === '' ? '' : `, then ${delay}`}`,
  leftovers: (names: string) => `docker node ls still lists ${names}, gone from the swarm.`,
  slow: (span: string, host: string) => `+${span} to ${host}`,
  lossy: (percent: string, host: string) => `loses ${percent} % to ${host}`,
  capacity: (memory: string, cpus: number) => `${memory} · ${count(cpus, 'CPU', 'CPUs')}`,
  tasks: (amount: number) => count(amount, 'task', 'tasks'),
  states: (running: number, progress: number, failed: number) =>
    [
      running > 0 ? `${running} running` : '',
      progress > 0 ? `${progress} on their way` : '',
      failed > 0 ? `${failed} failed` : '',
    ]
      .filter((part) => part !== '')
      .join(', '),

  // menu and drag
  menuOf: (host: string) => `What to do with ${host}`,
  openTerminal: 'Open its terminal',
  powerOff: 'Power off',
  powerOn: 'Power on',
  cut: 'Cut its cable',
  join: (host: string) => `Join ${host}'s side`,
  heal: 'Mend all cables',
  drainIt: 'Drain: move its tasks away',
  activate: 'Take tasks again',
  dragMore: 'pull on to cut the cable',
  dragCut: 'let go: the cable is cut',
  dragJoin: (host: string) => `let go: joins ${host}'s side`,

  // raft
  noManager: 'No manager yet: docker swarm init makes the first.',
  term: (term: number) => `term ${term}`,
  follower: 'Follower',
  candidate: 'Candidate',
  down: 'Off',
  votesNeeded: (granted: number, needed: number) => `${granted} of ${needed} needed`,
  votedFor: (host: string, term: number) => `voted for ${host} in term ${term}`,
  votedItself: 'voted for itself',
  follows: (host: string) => `follows ${host}`,
  hearsNobody: 'hears no leader',
  hears: (amount: number, all: number) => `hears ${amount} of ${all}`,
  drew: (span: string) => `drew ${span}`,
  wasIn: (term: number) => `was in term ${term}`,
  log: 'Log',
  committed: 'committed',
  whoLeads: 'who leads, it says',
  itself: 'itself',
  nobody: 'nobody yet',
  silent: 'off',
  commit: (index: number) => `commit ${index}`,
  endsAt: (index: number) => `ends at ${index}`,
  lost: (why: string) => `lost: ${why}`,
  noMajorityOff: (off: number, all: number) =>
    all === 1
      ? 'The only manager is off: nothing can be decided until it is back.'
      : `${off} of ${all} managers are off: nothing can be decided until more are back.`,
  sideCannot: (hosts: string, have: number, all: number) =>
    `${hosts}: ${have} of ${all} is no majority. Nothing written there is committed.`,
  sideCan: (hosts: string, have: number, all: number) => `${hosts}: ${have} of ${all} can elect and commit.`,
  twoLeaders: 'Two leaders, in different terms: only one of them can commit.',
  oneManager: 'A single manager decides alone, and nothing replaces it.',
  differs: 'Hatched entries differ from the other logs: they are not decided, and may be thrown away.',
} as const;

/** What a Raft message is, said shortly. */
export function messageWord(what: string, reply: boolean, refused: boolean, term: number, entries: number): string {
  if (what === 'MsgVote') return `asks for a vote, term ${term}`;
  if (what === 'MsgVoteResp') return refused ? 'refused' : `granted, term ${term}`;
  if (what === 'MsgApp') return entries > 0 ? count(entries, 'entry', 'entries') : 'append';
  if (what === 'MsgAppResp') return refused ? 'does not fit' : 'stored';
  if (what === 'MsgSnap') return 'snapshot';
  if (what === 'MsgTimeoutNow') return 'lead now';
  return reply ? 'heard' : 'heartbeat';
}

/** A message that stands still as a numbered arrow, in words. */
export function messageLine(message: MessageRecord, number: number): string {
  const { from, to, what, reply, refused, term, entries, lost, why } = message;
  const word = messageWord(what, reply, refused, term, entries);
  return `${number}.  ${from} to ${to}: ${word}${lost ? `, ${words.lost(why)}` : ''}`;
}
