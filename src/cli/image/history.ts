/** `docker history`. Follows docker/cli cli/command/image/history.go and formatter_history.go. */
import type { ImageHistory } from '../../api/index';
import { type Micros, now, type Process } from '../../base/process';
import { formatMicros } from '../../base/time';
import { humanDuration, humanSize } from '../../base/units';
import type { Cli, Invocation } from '../command';
import { type ListShape, printList } from '../format/list';
import { truncateId } from '../format/text';

const COMMAND_MAX = 45;

function shape(truncate: boolean, human: boolean, at: Micros): ListShape<ImageHistory> {
  const ago = (row: ImageHistory): string => `${humanDuration(Math.trunc(at / 1_000_000 - row.Created))} ago`;
  const stamp = (row: ImageHistory): string => formatMicros(row.Created * 1_000_000);
  const command = (row: ImageHistory): string => {
    const text = row.CreatedBy.replaceAll('\t', ' ');
    return truncate && text.length > COMMAND_MAX ? `${text.slice(0, COMMAND_MAX - 1)}…` : text;
  };
  return {
    goName: '*image.historyContext',
    fields: {
      ID: { header: 'IMAGE', value: ({ Id }) => (truncate ? truncateId(Id) : Id) },
      CreatedSince: { header: human ? 'CREATED' : 'CREATED AT', value: (row) => (human ? ago(row) : stamp(row)) },
      CreatedAt: { header: 'CREATED AT', value: stamp },
      CreatedBy: { header: 'CREATED BY', value: command },
      Size: { header: 'SIZE', value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)) },
      Comment: { header: 'COMMENT', value: ({ Comment }) => Comment },
    },
    table: '{{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}',
    quiet: '{{.ID}}',
  };
}

export function* runHistory(cli: Cli, { flags, args }: Invocation): Process<number> {
  const rows = yield* cli.client.imageHistory(args[0]!);
  const human = flags.changed('human') ? flags.bool('human') : true;
  const options = { format: flags.string('format'), quiet: flags.bool('quiet') };
  yield* printList(cli, shape(!flags.bool('no-trunc'), human, yield* now()), rows, options);
  return 0;
}
