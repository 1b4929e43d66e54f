/** `docker pull`, and the pull that run and create do. Follows docker/cli cli/command/image/pull.go. */
import { ClientError, nextJson } from '../../api/index';
import { utf8 } from '../../base/bytes';
import { close, type Process, write } from '../../base/process';
import { fullName, parseReference, type Reference, tagNameOnly } from '../../base/reference';
import { type Cli, CliError, type Invocation } from '../command';
import { type Message, MessageDisplay } from '../format/json-stream';

/** One message of a pull as the engine streams it. */
interface PullMessage {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

export interface PullOptions {
  /** Where progress goes: 1, or 2 for run. */
  readonly fd: 1 | 2;
  readonly quiet: boolean;
  readonly platform: string;
}

/** Pulls one image and shows the progress of its layers. */
export function* pullImage(cli: Cli, image: Reference, options: PullOptions): Process<void> {
  const tag = image.digest ?? tagNameOnly(image).tag ?? '';
  const stream = yield* cli.client.imageCreate(fullName(image), tag, { platform: options.platform });
  const display = new MessageDisplay(options.fd, (text) => write(options.fd, utf8(text)));
  try {
    for (;;) {
      const message = yield* nextJson<PullMessage>(stream);
      if (message === undefined) return;
      const failure = message.errorDetail?.message ?? message.error;
      if (failure !== undefined) throw new ClientError(failure);
      if (!options.quiet) yield* display.show(shown(message));
    }
  } finally {
    yield* close(stream.fd);
  }
}

function shown({ id = '', status = '', progressDetail: detail }: PullMessage): Message {
  if (!detail) return { id, status };
  return { id, status, progress: { current: detail.current ?? 0, total: detail.total ?? 0 } };
}

export function* runPull(cli: Cli, { flags, args }: Invocation): Process<number> {
  const parsed = parseReference(args[0]!);
  if (!parsed.ok) throw new CliError(parsed.error);
  const named = parsed.value.tag === undefined && parsed.value.digest === undefined;
  if (flags.bool('all-tags')) {
    if (!named) throw new CliError("tag can't be used with --all-tags/-a");
    throw new CliError("the flag --all-tags of 'docker pull' is not modelled in this playground");
  }
  const image = tagNameOnly(parsed.value);
  const quiet = flags.bool('quiet');
  if (named && !quiet) yield* cli.out(`Using default tag: ${image.tag}\n`);
  yield* pullImage(cli, image, { fd: 1, quiet, platform: flags.string('platform') });
  const tag = image.tag === undefined ? '' : `:${image.tag}`;
  const digest = image.digest === undefined ? '' : `@${image.digest}`;
  yield* cli.out(`${fullName(image)}${tag}${digest}\n`);
  return 0;
}
