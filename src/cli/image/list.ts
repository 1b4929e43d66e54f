/** `docker images`. Follows docker/cli cli/command/image/list.go and cli/command/formatter/image.go. */
import type { ImageSummary } from '../../api/index';
import { goQuote } from '../../base/go-quote';
import { type Micros, now, type Process } from '../../base/process';
import { familiarName, parseReference } from '../../base/reference';
import { formatTime, TIME_STRING } from '../../base/time';
import { humanDuration, humanSize } from '../../base/units';
import { filtersFrom } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { type ListShape, printList } from '../format/list';
import { truncateId } from '../format/text';

/** One line: an image under one of its names. */
export interface Row {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

const NONE = '<none>';

/** The words that people type after `docker images` when they mean `docker image`. */
const IMAGE_COMMANDS = [
  'build',
  'history',
  'import',
  'inspect',
  'list',
  'load',
  'ls',
  'prune',
  'pull',
  'push',
  'rm',
  'save',
  'tag',
];

export function* runList(cli: Cli, { path, flags, args }: Invocation): Process<number> {
  if (flags.bool('tree')) throw new CliError("the flag --tree of 'docker image ls' is not modelled in this playground");
  const filters = args.length > 0 ? filtersFrom(flags, ['reference', args[0]!]) : filtersFrom(flags);
  const images = yield* cli.client.imageList({ all: flags.bool('all'), filters });
  const digests = flags.bool('digests');
  const quiet = flags.bool('quiet');
  let format = flags.string('format');
  if (/^table./.test(format) && digests && !format.includes('{{.Digest}}')) format += '\t{{.Digest}}';
  const rows = images.flatMap((image) => rowsOf(image, digests, digests || format.includes('{{.Digest}}')));
  const listShape = imageShape(!flags.bool('no-trunc'), digests, yield* now());
  yield* printList(cli, listShape, rows, { format, quiet });
  const [name = ''] = args;
  if (images.length === 0 && path[0] === 'images' && IMAGE_COMMANDS.includes(name)) {
    yield* cli.err(`\nNo images found matching ${goQuote(name)}: did you mean "docker image ${name}"?\n`);
  }
  return 0;
}

export function isDangling(image: ImageSummary): boolean {
  const tags = image.RepoTags ?? [];
  const digests = image.RepoDigests ?? [];
  if (tags.length === 0 && digests.length === 0) return true;
  return tags.length === 1 && tags[0] === '<none>:<none>' && digests.length === 1 && digests[0] === '<none>@<none>';
}

/** A row for each tag; digests without a tag have their own. */
export function rowsOf(image: ImageSummary, showDigests: boolean, needDigest: boolean): Row[] {
  if (isDangling(image)) return [{ image, repository: NONE, tag: NONE, digest: NONE }];
  const tags = byName(image.RepoTags ?? [], (reference) => reference.tag);
  const digests = byName(image.RepoDigests ?? [], (reference) => reference.digest);
  const rows: Row[] = [];
  for (const [repository, names] of tags) {
    const own = needDigest ? (digests.get(repository) ?? []) : [];
    digests.delete(repository);
    for (const tag of names) {
      for (const digest of own.length === 0 ? [NONE] : own) rows.push({ image, repository, tag, digest });
    }
  }
  for (const [repository, own] of digests) {
    for (const digest of showDigests ? own : ['']) rows.push({ image, repository, tag: NONE, digest });
  }
  return rows;
}

function byName(
  references: readonly string[],
  part: (reference: { tag: string | undefined; digest: string | undefined }) => string | undefined,
): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const text of references) {
    const parsed = parseReference(text);
    const value = parsed.ok ? part(parsed.value) : undefined;
    if (!parsed.ok || value === undefined) continue;
    const name = familiarName(parsed.value);
    out.set(name, [...(out.get(name) ?? []), value]);
  }
  return out;
}

const LAST = '{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}';

export function imageShape(truncate: boolean, digests: boolean, at: Micros): ListShape<Row> {
  const size = (bytes: number) => (bytes === -1 ? 'N/A' : humanSize(bytes));
  return {
    goName: '*formatter.imageContext',
    fields: {
      ID: { header: 'IMAGE ID', value: ({ image }) => (truncate ? truncateId(image.Id) : image.Id) },
      Repository: { header: 'REPOSITORY', value: ({ repository }) => repository },
      Tag: { header: 'TAG', value: ({ tag }) => tag },
      Digest: { header: 'DIGEST', value: ({ digest }) => digest },
      CreatedSince: {
        header: 'CREATED',
        value: ({ image }) => `${humanDuration(Math.trunc(at / 1_000_000 - image.Created))} ago`,
      },
      CreatedAt: { header: 'CREATED AT', value: ({ image }) => formatTime(image.Created * 1_000_000, TIME_STRING) },
      Size: { header: 'SIZE', value: ({ image }) => humanSize(image.Size, 3) },
      Containers: {
        header: 'CONTAINERS',
        value: ({ image }) => (image.Containers === -1 ? 'N/A' : String(image.Containers)),
      },
      VirtualSize: { header: 'SIZE', value: ({ image }) => humanSize(image.Size) },
      SharedSize: { header: 'SHARED SIZE', value: ({ image }) => size(image.SharedSize) },
      UniqueSize: {
        header: 'UNIQUE SIZE',
        value: ({ image }) => (image.SharedSize === -1 ? 'N/A' : size(image.Size - image.SharedSize)),
      },
    },
    table: digests ? `{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t${LAST}` : `{{.Repository}}\t{{.Tag}}\t${LAST}`,
    quiet: '{{.ID}}',
    raw: rawTemplate(digests),
    rawQuiet: 'image_id: {{.ID}}',
  };
}

function rawTemplate(digests: boolean): string {
  const lines = ['repository: {{ .Repository }}', 'tag: {{.Tag}}'];
  if (digests) lines.push('digest: {{.Digest}}');
  return `${[...lines, 'image_id: {{.ID}}', 'created_at: {{.CreatedAt}}', 'virtual_size: {{.Size}}'].join('\n')}\n`;
}
