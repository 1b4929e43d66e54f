/** Warnings of the client itself, as its logger writes them. Follows sirupsen/logrus text_formatter.go. */
import { goQuote } from '../../base/go-quote';
import { now, type Process, terminal } from '../../base/process';
import { formatTime } from '../../base/time';
import type { Cli } from '../command';

/** A line on stderr: coloured on a terminal, `time="…" level=warning msg="…"` elsewhere. */
export function* warn(cli: Cli, message: string): Process<void> {
  if (yield* terminal(2)) {
    yield* cli.err(`\x1b[33mWARN\x1b[0m[0000] ${message.padEnd(44)} \n`);
    return;
  }
  const time = formatTime(yield* now(), '2006-01-02T15:04:05Z07:00');
  yield* cli.err(`time="${time}" level=warning msg=${goQuote(message)}\n`);
}
