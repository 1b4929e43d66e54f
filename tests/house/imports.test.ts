/** The import table of src/README.md, checked on every import of the tree. */
import { existsSync } from 'node:fs';
import { cruise, type IFlattenedRuleSet } from 'dependency-cruiser';
import { expect, test } from 'vitest';
import { IMPORT_TABLE } from './import-table';

type Forbidden = NonNullable<IFlattenedRuleSet['forbidden']>;

function rules(): Forbidden {
  const rows = Object.entries(IMPORT_TABLE);
  const forbidden: Forbidden = rows.map(([room, row]) => ({
    name: `${room} imports only ${row.rooms.join(', ') || 'nothing'}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: { path: '^src/', pathNot: `^src/(${[room, ...row.rooms].join('|')})/` },
  }));
  for (const [room, row] of rows) {
    forbidden.push({
      name: `${room} uses only its packages`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: {
        path: 'node_modules',
        pathNot: `node_modules/(${[...row.packages, '@types/.*'].join('|') || 'none'})(/|$)`,
      },
    });
  }
  forbidden.push(
    // A type that looks back is no cycle of the running program: engine and its parts know each other's shapes.
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'swarm and host take only types from api',
      severity: 'error',
      from: { path: '^src/(swarm|host)/' },
      to: { path: '^src/api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'across rooms through the front door',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/[^/]+/',
        pathNot: [
          '^src/$1/',
          '^src/base/',
          '^src/[^/]+/index\\.ts$',
          '^src/(worker/link|shell/filters|daemon/routes/index)\\.ts$',
        ],
      },
    },
    {
      name: 'not through the own front door',
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '/index\\.ts$' },
      to: { path: '^src/$1/index\\.ts$' },
    },
    {
      name: 'the link knows no engine',
      severity: 'error',
      from: { path: '^src/worker/(link|protocol)\\.ts$' },
      to: { path: '^src/lab/' },
    },
    {
      name: 'node only in headless',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/headless/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'just-bash only in filters',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/shell/filters\\.ts$' },
      to: { path: 'node_modules/just-bash' },
    },
  );
  return forbidden;
}

test('every import goes down the stairs, through the front doors', async () => {
  expect(existsSync('src/README.md')).toBe(true);
  const result = await cruise(['src'], {
    ruleSet: { forbidden: rules() },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
  });
  const output = result.output as {
    modules: unknown[];
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  // A cruise that understood nothing would be green: there are far more modules than this.
  expect(output.modules.length).toBeGreaterThan(100);
  expect(
    output.summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`),
  ).toEqual([]);
});
