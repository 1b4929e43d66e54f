/** `docker push`. Follows docker/cli cli/command/image/push.go. */
import { ClientError, nextJson } from '../../api/index';
import { utf8 } from '../../base/bytes';
import { close, type Process, write } from '../../base/process';
import { familiarName, familiarString, parseReference, tagNameOnly } from '../../base/reference';
import { type Cli, CliError, type Invocation } from '../command';
import { MessageDisplay } from '../format/json-stream';

interface PushMessage {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: object;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

export function* runPush(cli: Cli, { flags, args }: Invocation): Process<number> {
  const parsed = parseReference(args[0]!);
  if (!parsed.ok) throw new CliError(parsed.error);
  const all = flags.bool('all-tags');
  const quiet = flags.bool('quiet');
  const named = parsed.value.tag === undefined && parsed.value.digest === undefined;
  if (all && !named) throw new CliError("tag can't be used with --all-tags/-a");
  if (flags.changed('platform')) {
    throw new CliError("the flag --platform of 'docker push' is not modelled in this playground");
  }
  const image = all ? parsed.value : tagNameOnly(parsed.value);
  if (named && !all && !quiet) yield* cli.out(`Using default tag: ${image.tag}\n`);
  const stream = yield* cli.client.imagePush(familiarName(image), image.tag ?? '');
  const display = new MessageDisplay(1, (text) => write(1, utf8(text)));
  try {
    for (;;) {
      const message = yield* nextJson<PushMessage>(stream);
      if (message === undefined) break;
      const failure = message.errorDetail?.message ?? message.error;
      if (failure !== undefined) throw new ClientError(failure);
      if (quiet || message.aux) continue;
      const { id = '', status = '', progressDetail: detail } = message;
      yield* display.show(
        detail ? { id, status, progress: { current: detail.current ?? 0, total: detail.total ?? 0 } } : { id, status },
      );
    }
  } finally {
    yield* close(stream.fd);
  }
  if (quiet) yield* cli.out(`${familiarString(image)}\n`);
  return 0;
}
