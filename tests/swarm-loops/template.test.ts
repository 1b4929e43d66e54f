import { expect, test } from 'vitest';
import { expandContainerSpec, expandTemplate } from '../../src/swarm/template';

const TASK = { id: 't1', serviceId: 's1', serviceName: 'web', serviceLabels: { tier: 'front' }, slot: 2, nodeId: 'n1' };
const NODE = { hostname: 'node1', os: 'linux', architecture: 'x86_64' };

/** The text filled in, or Go's sentence. */
function check(text: string): string {
  const filled = expandTemplate(text, TASK, NODE);
  return filled.ok ? filled.value : filled.error.replace('template: expansion:', 'at ');
}

test.each([
  ['plain', 'plain'],
  ['{{.Service.Name}}-{{ .Task.Slot }}', 'web-2'],
  ['{{.Service.ID}} {{.Node.ID}} {{.Task.ID}} {{.Task.Name}}', 's1 n1 t1 web.2.t1'],
  ['{{.Node.Hostname}}/{{.Node.Platform.OS}}/{{.Node.Platform.Architecture}}', 'node1/linux/x86_64'],
  ['a  {{- .Service.Name -}}  b', 'awebb'],
  ['{{/* nothing */}}x', 'x'],
  ['{{index .Service.Labels "tier"}}{{.Service.Labels.tier}}{{index .Service.Labels "no"}}', 'frontfront'],
  ['{{join "," .Service.Name .Task.Slot}}', 'web,2'],
  ['{{.Service.Name | printf "%q %s"}}', '"web" '],
  ['{{if .Task.Slot}}yes{{else}}no{{end}} {{if index .Service.Labels "no"}}yes{{else}}no{{end}}', 'yes no'],
  ['{{.Service}} {{.Node}}', '{s1 web map[tier:front]} {n1 node1 {x86_64 linux}}'],
  ['{{len .Service.Name}} {{`raw`}}', '3 raw'],
])('%s becomes %s', (text, value) => {
  expect(check(text)).toBe(value);
});

test.each([
  ['{{.Nope}}', `at 1:2: executing "expansion" at <.Nope>: can't evaluate field Nope in type *template.Context`],
  ['{{.Nope.X}}', `at 1:7: executing "expansion" at <.Nope.X>: can't evaluate field Nope in type *template.Context`],
  ['{{.Task.Slot.X}}', `at 1:7: executing "expansion" at <.Task.Slot.X>: can't evaluate field X in type string`],
  [
    'a\n{{.Node.constructor}}',
    `at 2:7: executing "expansion" at <.Node.constructor>: can't evaluate field constructor in type struct { ID string; Hostname string; Platform template.Platform }`,
  ],
  ['{{.Service.Labels.no}}', 'at 1:10: executing "expansion" at <.Service.Labels.no>: map has no entry for key "no"'],
  ['x{{', 'at 1: unclosed action'],
  ['{{}}', 'at 1: missing value for command'],
  ['{{nosuch}}', 'at 1: function "nosuch" not defined'],
  ['{{toString}}', 'at 1: function "toString" not defined'],
  ['{{if .Task.Slot}}', 'at 1: unexpected EOF'],
  ['{{end}}', 'at 1: unexpected {{end}}'],
  ['{{range .Service.Labels}}{{end}}', 'at 1: "range" is not modelled in this playground'],
])('%s is refused: %s', (text, error) => {
  expect(check(text)).toBe(error);
});

test('hostname, values of the environment and both ends of a mount are filled in, names are not', () => {
  const spec = {
    Image: '{{.Service.Name}}',
    Hostname: '{{.Node.Hostname}}',
    Env: ['A={{.Task.Slot}}', '{{.Task.Slot}}'],
    Mounts: [{ Source: 'v{{.Task.Slot}}', Target: '/{{.Service.Name}}' }],
  };
  expect(expandContainerSpec(spec, TASK, NODE)).toEqual({
    ok: true,
    value: {
      Image: '{{.Service.Name}}',
      Hostname: 'node1',
      Env: ['A=2', '{{.Task.Slot}}'],
      Mounts: [{ Source: 'v2', Target: '/web' }],
    },
  });
  expect(expandContainerSpec({ Mounts: [{ Target: '/{{.X}}' }] }, TASK, NODE)).toMatchObject({
    error: expect.stringMatching(/^expanding mounts failed: expanding mount target "\/\{\{\.X\}\}": template: /),
  });
});
