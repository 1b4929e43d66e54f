/** Pumps a lab in Node: runs its events, awaits the text filters that it asks for. */
import type { Lab } from '../lab/index';
import { runFilter } from '../shell/filters';

/** Answers the filter that the world waits for. */
export async function answerFilter(lab: Lab): Promise<void> {
  const { request, files } = lab.pendingFilter!;
  const answer = await runFilter(request, files).catch((error: unknown) => ({
    stdout: '',
    stderr: `${request.name}: ${String(error)}\n`,
    status: 126,
  }));
  lab.resolveFilter(answer);
}

/** Runs up to `until`, or until `done` says so; it is asked after every `events` events. */
export async function pump(lab: Lab, until: number, done: () => boolean, events = 5_000): Promise<void> {
  while (!done()) {
    const end = lab.advance(until, events);
    if (end === 'reached') return;
    if (end === 'filter') await answerFilter(lab);
  }
}
