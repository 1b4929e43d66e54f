/** curl's progress meter: on stderr, when what is fetched does not go to a terminal. Follows curl lib/progress.c. */
import type { Bytes } from '../../base/bytes';
import { now, type Process, write } from '../../base/process';

const HEADER =
  '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
  '                                 Dload  Upload   Total   Spent    Left  Speed\n';

/** Bytes that the C library holds before it writes to a pipe: short answers come after the meter's last line. */
const BUFFERED = 4096;

/** Five characters for a number of bytes: 99999, 123k, 12.3M. */
function size(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  const kilo = 1024;
  if (bytes < 10_000 * kilo) return `${Math.floor(bytes / kilo)}k`.padStart(5);
  const mega = kilo * kilo;
  if (bytes < 100 * mega) {
    const tenths = Math.floor((bytes * 10) / mega);
    return `${String(Math.floor(tenths / 10)).padStart(2)}.${tenths % 10}M`;
  }
  return `${Math.floor(bytes / mega)}M`.padStart(5);
}

function line(total: number, received: number, speed: number): Bytes {
  const percent = (part: number): string => String(total === 0 ? 0 : Math.floor((part * 100) / total)).padStart(3);
  const done = total === 0 && received > 0 ? '100' : percent(received);
  const whole = total === 0 ? received : total;
  const none = '--:--:--';
  return `\r${done} ${size(whole)}  ${done} ${size(received)}    0     0  ${size(speed)}      0 ${none} ${none} ${none} ${size(speed)}`;
}

/** The meter of one transfer, and the output that waits for its end. */
export class Meter {
  private held: Bytes | undefined = '';
  private began = 0;

  constructor(private readonly on: boolean) {}

  *start(): Process<void> {
    if (!this.on) return;
    this.began = yield* now();
    yield* write(2, HEADER + line(0, 0, 0));
  }

  /** Takes output on its way to a pipe; gives back what is to be written now. */
  hold(data: Bytes): Bytes {
    if (!this.on || this.held === undefined) return data;
    this.held += data;
    if (this.held.length <= BUFFERED) return '';
    const all = this.held;
    this.held = undefined;
    return all;
  }

  /** The last line, and the output that was held. */
  *finish(received: number): Process<void> {
    if (!this.on) return;
    const micros = (yield* now()) - this.began;
    const speed = micros === 0 ? received : Math.floor((received * 1_000_000) / micros);
    yield* write(2, `${line(received, received, received === 0 ? 0 : speed)}\n`);
    if (this.held) yield* write(1, this.held);
  }

  /** A transfer that failed: a message follows. */
  *fail(connected: boolean): Process<void> {
    if (this.on && connected) yield* write(2, `${line(0, 0, 0)}\n`);
  }
}
