import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json';
import type { ApiRequest, StreamItem } from '../../src/base/process';
import { SCENES } from './scenes';
import { type Answers, type Outcome, run } from './world';

interface Recording {
  readonly argv: readonly string[];
  readonly stdin?: string;
  readonly now: number;
  readonly out: string;
  readonly err: string;
  readonly status: number;
  readonly requests: readonly string[];
}

const recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as Record<
  string,
  Recording[]
>;

for (const scene of SCENES) {
  const answers: Answers = Object.fromEntries(
    Object.entries(scene.answers).map(([key, { lines, ...answer }]) => {
      const stream: StreamItem[] | undefined = lines?.map((json) => ({ json }));
      return [key, stream === undefined ? answer : { ...answer, stream }];
    }),
  );
  describe(`${scene.name}: as docker 28.2.2 does`, () => {
    for (const recording of recorded[scene.name] ?? []) {
      const typed = recording.argv.map((word) => (/^[\w=.:/@-]+$/.test(word) ? word : `'${word}'`)).join(' ');
      test(`docker ${typed}${recording.stdin === undefined ? '' : ` < ${JSON.stringify(recording.stdin)}`}`, () => {
        const outcome = run(recording.argv, {
          answers,
          env: { DOCKER_HOST: 'tcp://127.0.0.1:24799' },
          now: recording.now,
          ...(scene.swarm === undefined ? {} : { swarm: scene.swarm }),
          ...(scene.unreachable === undefined ? {} : { unreachable: scene.unreachable }),
          ...(recording.stdin === undefined ? {} : { stdin: recording.stdin }),
        });
        expect({ out: outcome.out, err: outcome.err, status: outcome.status }).toEqual({
          out: recording.out,
          err: recording.err,
          status: recording.status,
        });
        expect(told(asked(outcome))).toEqual(told(recording.requests.map(normalized)));
      });
    }
  });
}

/**
 * Without what cannot be compared: containers are stopped and removed side by side, a detached run's wait is for
 * nobody, and there is no build cache to prune.
 */
function told(calls: readonly string[]): string[] {
  const kept = calls.filter((call) => !/^POST \/(build\/prune|containers\/\w+\/wait)/.test(call));
  const atOnce = kept.every((call) => /^(DELETE|POST) \/containers\/\w+(\/(stop|restart|kill))?\?/.test(call));
  return atOnce ? kept.sort((a, b) => (a < b ? -1 : 1)) : kept;
}

function asked(outcome: Outcome): string[] {
  return outcome.requests
    .filter((request) => request.path !== '/_ping')
    .map((request: ApiRequest) => {
      const query = new URLSearchParams(request.query ?? {});
      query.sort();
      return describeCall(request.method, request.path, query, request.body);
    });
}

function normalized(call: string): string {
  const [, method, url, body] = /^(\S+) (\S+) ?([\s\S]*)$/.exec(call)! as unknown as [string, string, string, string];
  const [path, search] = url.split('?') as [string, string | undefined];
  const query = new URLSearchParams(search ?? '');
  query.sort();
  return describeCall(method, path, query, body === '' ? undefined : (JSON.parse(body) as Json));
}

/** Members of a body that hold nothing say nothing: Go writes some and leaves out others. */
function describeCall(method: string, path: string, query: URLSearchParams, body: Json | undefined): string {
  const said = body === undefined ? undefined : meaning(body);
  return `${method} ${path}?${query} ${said === undefined ? '' : JSON.stringify(said)}`;
}

function meaning(value: Json | undefined): Json | undefined {
  if (value === null || value === '' || value === 0 || value === false) return undefined;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => meaning(item) ?? null);
  const entries = Object.entries(value)
    .map(([key, member]) => [key, meaning(member as Json | undefined)] as const)
    .filter(([, member]) => member !== undefined)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Json);
}
