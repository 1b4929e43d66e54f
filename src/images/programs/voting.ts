/**
 * How a vote travels in the voting application: the vote page's list in redis, the worker that takes from it, the table
 * in the database's volume, the result page that counts.
 */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import { type Json, stringify } from '../../base/json';
import type { ProgramContext } from '../../host/index';

const REDIS_PORT = 6379;
const DATABASE_PORT = 5432;
/** What stands for the table's file in the database's directory. */
const TABLE = 'base/votes';

function resp(words: readonly string[]): Bytes {
  return `*${words.length}\r\n${words.map((word) => `$${utf8(word).length}\r\n${utf8(word)}\r\n`).join('')}`;
}

/** Puts a vote in the list. False: there is no redis to take it. */
export function pushVote(context: ProgramContext, voter: string, choice: string): boolean {
  const vote = stringify({ voter_id: voter, vote: choice });
  return typeof context.ask('redis', REDIS_PORT, resp(['RPUSH', 'votes', vote])) === 'string';
}

/** Takes the next vote from the list; undefined where there is none. */
function popVote(context: ProgramContext): string | undefined {
  const answer = context.ask('redis', REDIS_PORT, resp(['LPOP', 'votes']));
  const found = typeof answer === 'string' ? /^\$\d+\r\n([\s\S]*)\r\n$/.exec(answer)?.[1] : undefined;
  return found === undefined ? undefined : fromUtf8(found);
}

/** Moves all votes that wait into the database, and says what it did. */
export function carryVotes(context: ProgramContext): void {
  if (typeof context.ask('db', DATABASE_PORT, 'ping') !== 'string') return;
  for (let vote = popVote(context); vote !== undefined; vote = popVote(context)) {
    const { voter_id: voter = '', vote: choice = '' } = JSON.parse(vote) as { voter_id?: string; vote?: string };
    context.log('stdout', utf8(`Processing vote for '${choice}' by '${voter}'\n`));
    context.ask('db', DATABASE_PORT, utf8(stringify({ voter, choice })));
  }
}

/** Votes by choice; undefined: the database cannot be asked. */
export function countVotes(context: ProgramContext): { readonly a: number; readonly b: number } | undefined {
  const answer = context.ask('db', DATABASE_PORT, 'count');
  return typeof answer === 'string' ? (JSON.parse(answer) as { a: number; b: number }) : undefined;
}

/** The database's side: one vote a voter, the last one counts. */
export function databaseAnswer(context: ProgramContext, data: Bytes): Bytes | undefined {
  const path = `${context.env.get('PGDATA') ?? '/var/lib/postgresql/data'}/${TABLE}`;
  const text = context.readFile(path);
  const votes = new Map(
    Object.entries((text === undefined ? {} : JSON.parse(fromUtf8(text))) as Record<string, string>),
  );
  if (data === 'ping') return 'pong';
  if (data === 'count') {
    const count = (choice: string): number => [...votes.values()].filter((each) => each === choice).length;
    return stringify({ a: count('a'), b: count('b') });
  }
  if (!data.startsWith('{')) return undefined;
  const { voter = '', choice = '' } = JSON.parse(fromUtf8(data)) as { voter?: string; choice?: string };
  votes.set(voter, choice);
  context.writeFile(path, utf8(stringify(Object.fromEntries(votes) as Json)));
  return 'ok';
}
