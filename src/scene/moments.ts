/** Where moving things are at an instant: ratios from 0 to 1, made from records only. */
import type { Micros } from '../base/process';
import type { MemberRecord, MessageRecord } from './records';

/** How far a message has come at `t`: 0 at its sender, 1 at its receiver; undefined before it was sent. */
export function flight(message: MessageRecord, t: Micros): number | undefined {
  if (t < message.sentAt) return undefined;
  if (t >= message.arrivesAt) return 1;
  return (t - message.sentAt) / (message.arrivesAt - message.sentAt);
}

/** What is left of a member's election timer at `t`: 1 just begun, 0 run out; undefined when none runs. */
export function electionLeft(member: MemberRecord, t: Micros): number | undefined {
  return left(member.electionStart, member.electionDeadline, t);
}

function left(start: Micros, end: Micros, t: Micros): number | undefined {
  if (end <= start) return undefined;
  return Math.min(1, Math.max(0, (end - t) / (end - start)));
}
