/**
 * Waiting until a service has converged, with a line for each slot. Polls as the real command does: service, tasks,
 * nodes, then 200 ms of sleep. Follows docker/cli cli/command/service/progress/progress.go.
 */
import { filtersOf, type Service, type Task } from '../../api/index';
import { MICROSECOND, SECOND } from '../../base/duration';
import { type Micros, now, type Process, Signalled, sleep } from '../../base/process';
import { type Cli, CliError } from '../command';
import { type Message, MessageDisplay } from '../format/json-stream';
import { GlobalJobUpdater, ReplicatedJobUpdater } from './progress-jobs';
import { GlobalUpdater, ReplicatedUpdater, type Updater } from './progress-tasks';

const POLL: Micros = 200_000;
const DEFAULT_MONITOR = 5 * SECOND;

/** Waits; Ctrl-C leaves the work to go on and says so. Quiet waits too, without a word. */
export function* waitOnService(cli: Cli, reference: string, quiet: boolean): Process<void> {
  const display = new MessageDisplay(1, (text) => cli.out(text));
  const wait = new ServiceWait(cli, reference, function* (message) {
    if (!quiet) yield* display.show(message);
  });
  yield* wait.run();
}

type Show = (message: Message) => Process<void>;

/** A line that is rewritten in place. */
function line(id: string, status: string): Message {
  return { id, status, progress: { current: 0, total: 0, hideCounts: true } };
}

class ServiceWait {
  private updater: Updater | undefined;
  private converged = false;
  private convergedAt: Micros | undefined;
  /** Nanoseconds. */
  private monitor = DEFAULT_MONITOR;
  private rollback = false;
  private last: string | undefined;

  constructor(
    private readonly cli: Cli,
    private readonly reference: string,
    private readonly show: Show,
  ) {}

  *run(): Process<void> {
    try {
      while (!(yield* this.poll())) yield* sleep(POLL);
    } catch (error) {
      if (!(error instanceof Signalled) || error.signal !== 'INT') throw error;
      if (this.converged) return;
      yield* this.show({ id: '', status: 'Operation continuing in background.' });
      yield* this.show({ id: '', status: `Use \`docker service ps ${this.reference}\` to check progress.` });
    }
  }

  /** One look at the service; true when there is nothing left to wait for. */
  private *poll(): Process<boolean> {
    const { client } = this.cli;
    const service = yield* client.serviceInspect(this.reference);
    this.monitor = service.Spec.UpdateConfig?.Monitor || this.monitor;
    this.updater ??= newUpdater(service, this.show);
    if (yield* this.updateStatus(service)) return true;
    if (yield* this.stable()) return true;
    const filters = filtersOf(['service', service.ID], ['_up-to-date', 'true']);
    const tasks: readonly Task[] = yield* client.taskList({ filters });
    const nodes = yield* client.nodeList();
    const active = new Set(nodes.filter((node) => node.Status.State !== 'down').map((node) => node.ID));
    this.converged = yield* this.updater.update(service, tasks, active, this.rollback);
    return yield* this.judge(service);
  }

  private *updateStatus(service: Service): Process<boolean> {
    const status = service.UpdateStatus;
    const message = status?.Message ?? '';
    switch (status?.State) {
      case 'updating':
        this.rollback = false;
        break;
      case 'completed':
        return !this.converged;
      case 'paused':
        throw new CliError(`service update paused: ${message}`);
      case 'rollback_started':
        if (!this.rollback && message !== '') yield* this.show(line('rollback', message));
        this.rollback = true;
        break;
      case 'rollback_paused':
        throw new CliError(`service rollback paused: ${message}`);
      case 'rollback_completed':
        if (!this.converged) this.last = message;
        this.rollback = true;
        break;
    }
    return false;
  }

  /** Converged, and for long enough. */
  private *stable(): Process<boolean> {
    if (!this.converged || this.convergedAt === undefined) return false;
    if ((yield* this.waited()) < this.monitor) return false;
    yield* this.show(line('verify', `Service ${this.reference} converged`));
    if (this.last !== undefined) yield* this.show({ id: 'rollback', status: this.last });
    return true;
  }

  /** Nanoseconds since all tasks run. */
  private *waited(): Process<number> {
    return ((yield* now()) - this.convergedAt!) * MICROSECOND;
  }

  private *judge(service: Service): Process<boolean> {
    if (!this.converged) {
      if (this.convergedAt !== undefined) yield* this.show(line('verify', 'Detected task failure'));
      this.convergedAt = undefined;
      return false;
    }
    if (service.JobStatus) {
      yield* this.show({ id: '', status: 'job complete' });
      return true;
    }
    this.convergedAt ??= yield* now();
    const left = this.monitor - (yield* this.waited());
    if (left > 0) {
      // A real clock has always moved a little since the tasks were seen to run: 5 s left are 4.99 s there.
      const seconds = Math.trunc((left - 1) / SECOND) + 1;
      yield* this.show(line('verify', `Waiting ${seconds} seconds to verify that tasks are stable...`));
    }
    return false;
  }
}

function newUpdater(service: Service, show: Show): Updater {
  const mode = service.Spec.Mode;
  if (mode?.Replicated?.Replicas !== undefined) return new ReplicatedUpdater(show);
  if (mode?.Global) return new GlobalUpdater(show);
  if (mode?.ReplicatedJob) return new ReplicatedJobUpdater(service, show);
  if (mode?.GlobalJob) return new GlobalJobUpdater(show);
  throw new CliError('unrecognized service mode');
}
