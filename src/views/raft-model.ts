/** What the Raft view shows of a scene: managers as they see themselves, and what follows from it. Pure. */
import type { Micros } from '../base/process';
import { cutOff, type LogCell, type MachineRecord, type MemberRecord, type Scene, type VoteSeat } from '../scene/index';
import { count, span } from './text';
import { words } from './words';

export interface Disc {
  readonly name: string;
  readonly role: 'follower' | 'candidate' | 'leader' | 'off';
  readonly roleWord: string;
  readonly term: number;
  /** Under the role word, at most two lines. */
  readonly lines: readonly string[];
  readonly segment: number;
  readonly votes: readonly VoteSeat[];
  readonly votesWord: string;
  /** What it says of who leads. */
  readonly leads: string;
  readonly commit: number;
  readonly lastIndex: number;
  readonly log: readonly LogCell[];
}

export interface RaftModel {
  readonly discs: readonly Disc[];
  /** Sentences that the picture leads to. */
  readonly notes: readonly string[];
  /** The highest commit index that anybody knows. */
  readonly commit: number;
}

export function raftModel(scene: Scene, now: Micros): RaftModel {
  const { machine } = scene.tables;
  const members = [...scene.tables.member.values()].sort(
    (a, b) => (machine.get(a.machine)?.index ?? 0) - (machine.get(b.machine)?.index ?? 0),
  );
  const discs = members.map((member) => discOf(member, machine.get(member.machine), now));
  return {
    discs,
    notes: notesOf(scene, members, discs),
    commit: Math.max(0, ...members.map((member) => member.commit)),
  };
}

function discOf(member: MemberRecord, machine: MachineRecord | undefined, now: Micros): Disc {
  const powered = machine?.powered !== false;
  const granted = member.votes.filter((vote) => vote.answer === 'granted').length;
  const needed = Math.floor(member.voters.length / 2) + 1;
  return {
    name: member.machine,
    role: powered ? member.role : 'off',
    roleWord: powered ? words[member.role] : words.down,
    term: member.term,
    lines: powered ? linesOf(member) : offLines(member, machine, now),
    segment: machine?.segment ?? 0,
    votes: powered ? member.votes : [],
    votesWord: powered && member.role === 'candidate' ? words.votesNeeded(granted, needed) : '',
    leads: powered ? leadWord(member) : words.silent,
    commit: member.commit,
    lastIndex: member.lastIndex,
    log: member.log,
  };
}

function leadWord(member: MemberRecord): string {
  if (member.lead === '') return words.nobody;
  return member.lead === member.machine ? words.itself : member.lead;
}

function offLines(member: MemberRecord, machine: MachineRecord | undefined, now: Micros): string[] {
  return [words.wasIn(member.term), words.offFor(span(Math.max(0, now - (machine?.poweredAt ?? now))))];
}

function linesOf(member: MemberRecord): string[] {
  if (member.role === 'leader') {
    const heard = 1 + member.peers.filter((peer) => peer.active).length;
    return [words.hears(heard, member.voters.length)];
  }
  const drew =
    member.electionDeadline > member.electionStart
      ? words.drew(span(member.electionDeadline - member.electionStart))
      : '';
  if (member.role === 'candidate') return [words.votedItself, drew].filter((line) => line !== '');
  if (member.lead !== '') return [words.follows(member.lead)];
  const voted = member.vote === '' ? words.hearsNobody : words.votedFor(member.vote, member.term);
  return [voted, drew].filter((line) => line !== '');
}

/** Facts that decide what can happen, said in sentences: sides of a partition, lost majorities, two leaders. */
function notesOf(scene: Scene, members: readonly MemberRecord[], discs: readonly Disc[]): string[] {
  const notes: string[] = [];
  const all = Math.max(0, ...members.map((member) => member.voters.length));
  const majority = Math.floor(all / 2) + 1;
  const alive = discs.filter((disc) => disc.role !== 'off');
  const sides = sidesOf(alive);
  if (sides.length > 1) {
    for (const side of sides) {
      const names = side.map((disc) => disc.name).join(', ');
      notes.push((side.length >= majority ? words.sideCan : words.sideCannot)(names, side.length, all));
    }
  } else if (all > 0 && alive.length < majority) notes.push(words.noMajorityOff(all - alive.length, all));
  if (alive.filter((disc) => disc.role === 'leader').length > 1) notes.push(words.twoLeaders);
  if (discs.some((disc) => differing(discs, disc).size > 0)) notes.push(words.differs);
  if (all === 1 && scene.tables.machine.size > 1 && notes.length === 0) notes.push(words.oneManager);
  return notes;
}

/** Managers by LAN segment, in host order. */
export function sidesOf(discs: readonly Disc[]): Disc[][] {
  const sides = new Map<number, Disc[]>();
  for (const disc of discs) {
    const side = sides.get(disc.segment);
    if (side === undefined) sides.set(disc.segment, [disc]);
    else side.push(disc);
  }
  return [...sides.values()];
}

/** Indexes of a log's entries that are undecided and not as in the others: another term, or absent in most. */
export function differing(discs: readonly Disc[], disc: Disc): Set<number> {
  const out = new Set<number>();
  const others = discs.filter((other) => other !== disc);
  const leads = disc.role === 'leader' && discs.every((other) => other.term <= disc.term);
  for (const cell of disc.log) {
    if (cell.index <= disc.commit) continue;
    let lacking = 0;
    for (const other of others) {
      const theirs = other.log.find((one) => one.index === cell.index);
      if (theirs !== undefined && theirs.term !== cell.term) out.add(cell.index);
      if (cell.index > other.lastIndex) lacking++;
    }
    if (!leads && 2 * lacking >= discs.length) out.add(cell.index);
  }
  return out;
}

/** Whether two managers cannot hear one another: torn, cut, or one of them off. */
export function apart(scene: Scene, a: string, b: string): boolean {
  const { machine } = scene.tables;
  return machine.get(a)?.powered === false || machine.get(b)?.powered === false || cutOff(scene, a, b);
}

/** What a reader hears of a manager. */
export function discLabel(disc: Disc): string {
  const log = `commit ${disc.commit}, ${count(disc.lastIndex, 'entry', 'entries')}`;
  return [disc.name, disc.roleWord, words.term(disc.term), ...disc.lines, disc.votesWord, log]
    .filter((part) => part !== '')
    .join(', ');
}
