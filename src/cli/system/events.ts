/** docker events. Follows docker/cli cli/command/system/events.go. */
import { type EventMessage, nextJson } from '../../api/index';
import { compareBytes } from '../../base/natural';
import { close, type Process } from '../../base/process';
import { formatTime } from '../../base/time';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { goType } from '../template/schema';
import { parseTemplate, type Template, TemplateError } from '../template/template';

export function* systemEvents(cli: Cli, { flags }: Invocation): Process<number> {
  const template = makeTemplate(flags.string('format'));
  const stream = yield* cli.client.events({
    since: flags.string('since'),
    until: flags.string('until'),
    filters: filtersFrom(flags),
  });
  for (;;) {
    const event = yield* nextJson<EventMessage>(stream);
    if (event === undefined) break;
    yield* cli.out(`${template === undefined ? prettyEvent(event) : formatEvent(template, event)}\n`);
  }
  yield* close(stream.fd);
  return 0;
}

/** Parses --format and tries it on an empty event. */
function makeTemplate(format: string): Template | undefined {
  if (format === '') return undefined;
  try {
    const template = parseTemplate(format === 'json' ? '{{json .}}' : format);
    template.execute({ type: goType('*events.Message'), data: {} });
    return template;
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(`Error parsing format: ${error.message}`, 64);
    throw error;
  }
}

function formatEvent(template: Template, event: EventMessage): string {
  try {
    return template.execute({ type: goType('events.Message'), data: event });
  } catch (error) {
    if (error instanceof TemplateError) throw new CliError(error.message);
    throw error;
  }
}

/** `2026-01-05T09:00:00.000000000Z container start ID (image=nginx, name=web)`. */
function prettyEvent(event: EventMessage): string {
  const attributes = Object.entries(event.Actor.Attributes ?? {})
    .sort((a, b) => compareBytes(a[0], b[0]))
    .map(([key, value]) => `${key}=${value}`);
  const list = attributes.length === 0 ? '' : ` (${attributes.join(', ')})`;
  return `${stamp(event)}${event.Type} ${event.Action} ${event.Actor.ID}${list}`;
}

function stamp({ time, timeNano }: EventMessage): string {
  const layout = '2006-01-02T15:04:05.000000000Z07:00';
  if (!timeNano) return time ? `${formatTime(time * 1_000_000, layout)} ` : '';
  // A number cannot hold so many digits: the last three are lost on the way.
  return `${formatTime(Math.round(timeNano / 1000), layout)} `;
}
