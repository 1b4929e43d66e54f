/** set -x: commands are shown on stderr before they run. */
import type { Bytes } from '../../base/bytes';
import type { Process } from '../../base/process';
import type { Shell } from './shell';

/** One line, after PS4; its first character is repeated in subshells. */
export function* trace(shell: Shell, text: Bytes): Process<void> {
  const mark = shell.get('PS4') ?? '+ ';
  yield* shell.err(`${(mark[0] ?? '').repeat(shell.subshell)}${mark}${text}\n`);
}
