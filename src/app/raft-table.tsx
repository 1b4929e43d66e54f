/** The text twin of the Raft view: what each manager knows, its votes, its timer, its log. */
import { type ReactElement, useEffect, useState } from 'react';
import { electionLeft, type MemberRecord, type Scene } from '../scene/index';
import { Glyph } from './glyphs';
import { capital } from './nodes-table';
import { usePage, virtualNow } from './store';
import { words } from './words';

/** Columns of the log. */
const CELLS = 10;

export function RaftTable(): ReactElement {
  const scene = usePage((state) => state.scene);
  const members = [...scene.tables.member.values()].sort(
    (a, b) => (scene.tables.machine.get(a.id)?.index ?? 0) - (scene.tables.machine.get(b.id)?.index ?? 0),
  );
  if (members.length === 0) return <p className="tables">{words.raftNone}</p>;
  let inFlight = 0;
  for (const { kind, arrivesAt } of scene.tables.message.values()) {
    if (kind === 'raft' && arrivesAt > scene.at) inFlight++;
  }
  return (
    <div className="tables">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{words.manager}</th>
            <th scope="col">{words.term}</th>
            <th scope="col">{words.votedFor}</th>
            <th scope="col">{words.leads}</th>
            <th scope="col">{words.committed}</th>
            <th scope="col">{words.lastEntry}</th>
            <th scope="col">{words.timer}</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow key={member.id} member={member} scene={scene} />
          ))}
        </tbody>
      </table>
      <p className="small" aria-live="off">
        {words.inFlight(inFlight)}
      </p>
      <LogTable members={members} />
    </div>
  );
}

function MemberRow({ member, scene }: { member: MemberRecord; scene: Scene }): ReactElement {
  const powered = scene.tables.machine.get(member.machine)?.powered !== false;
  const granted = member.votes.filter((vote) => vote.answer === 'granted').length;
  const needed = Math.floor(member.voters.length / 2) + 1;
  return (
    <tr>
      <th scope="row">
        {member.machine}
        <span className={`state small ${powered ? (member.role === 'candidate' ? 'progress' : 'plain') : 'failed'}`}>
          {!powered && <Glyph of="failed" size={12} />}
          {powered ? words[member.role] : words.machineOff}
        </span>
        {member.role === 'candidate' && powered && <span className="small">{words.votes(granted, needed)}</span>}
      </th>
      <td className="mono">{member.term}</td>
      <td>{member.vote === '' ? '' : member.vote === member.machine ? words.itself : member.vote}</td>
      <td>{member.lead === '' ? words.nobody : member.lead === member.machine ? words.itself : member.lead}</td>
      <td className="mono">{member.commit}</td>
      <td className="mono">
        {member.lastIndex}, {words.term.toLowerCase()} {member.lastTerm}
      </td>
      <td>{powered && <Timer member={member} />}</td>
    </tr>
  );
}

/** Seconds left of an election timer, four times a second. */
function Timer({ member }: { member: MemberRecord }): ReactElement | null {
  const [, again] = useState(0);
  const runs = member.electionDeadline > 0;
  useEffect(() => {
    if (!runs) return;
    const timer = setInterval(() => again((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, [runs]);
  const now = virtualNow();
  const left = electionLeft(member, now);
  if (left === undefined) return null;
  const seconds = Math.max(0, (member.electionDeadline - now) / 1e6);
  return (
    <span className="timer">
      <progress max={1} value={left} aria-label={`${words.timer}, ${member.machine}`} />
      <span className="mono">{seconds.toFixed(1)} s</span>
    </span>
  );
}

function LogTable({ members }: { members: readonly MemberRecord[] }): ReactElement {
  const last = Math.max(...members.map((member) => member.lastIndex));
  const first = Math.max(1, last - CELLS + 1);
  const columns = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  return (
    <section aria-label={words.log}>
      <table className="log-table mono">
        <thead>
          <tr>
            <th scope="col">{capital(words.log)}</th>
            {columns.map((index) => (
              <th scope="col" key={index}>
                {index}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.id}>
              <th scope="row">{member.machine}</th>
              {columns.map((index) => {
                const cell = member.log.find((one) => one.index === index);
                if (cell === undefined) return <td key={index} />;
                const committed = index <= member.commit;
                return (
                  <td key={index}>
                    <span
                      className={`log-cell${committed ? '' : ' open'}`}
                      title={words.entry(index, cell.term, committed)}
                    >
                      {cell.term}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
