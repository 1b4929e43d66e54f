import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { goType } from '../../src/cli/template/schema';
import { parseTemplate, TemplateError } from '../../src/cli/template/template';
import service from './service.json';

const text = readFileSync(new URL('./templates.txt', import.meta.url), 'utf8');

/** A template and the line below it: `=> output` or `!! complaint`. */
const cases = [...text.matchAll(/^(.*)\n(=>|!!) (.*)$/gm)].map(([, template, kind, wanted]) => ({
  template: template!,
  wanted: kind === '=>' ? wanted! : `!! ${wanted}`,
}));

function outcome(template: string): string {
  try {
    const out = parseTemplate(template).execute({ type: goType('swarm.Service'), data: service });
    return out.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  } catch (error) {
    if (error instanceof TemplateError) return `!! ${error.message.replaceAll('\n', '\\n')}`;
    throw error;
  }
}

describe('templates print what Go prints and complain as Go complains', () => {
  test('there are cases', () => expect(cases.length).toBeGreaterThan(70));
  test.each(cases)('$template', ({ template, wanted }) => {
    expect(outcome(template)).toBe(wanted);
  });
});
