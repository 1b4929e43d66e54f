/** Commands in running containers. Follows moby/moby api/server/router/container/exec.go. */
import { utf8 } from '../../base/bytes';
import type { ExecStreams, HostEngine, OutputSink } from '../../host/index';
import type { Exchange, Route, StreamSink } from '../exchange';
import { refuse } from '../refusal';
import { bodyReader } from '../request';
import { MULTIPLEXED, RAW, windowSize } from './container-streams';
import { findContainer } from './containers';
import { json } from './json';

export function execRoutes(engine: HostEngine): readonly Route[] {
  return [
    { method: 'POST', path: '/containers/:id/exec', handler: (exchange, { id }) => create(engine, exchange, id!) },
    { method: 'POST', path: '/exec/:id/start', handler: (exchange, { id }) => start(engine, exchange, id!) },
    { method: 'GET', path: '/exec/:id/json', handler: (exchange, { id }) => inspect(engine, exchange, id!) },
    {
      method: 'POST',
      path: '/exec/:id/resize',
      handler: (exchange, { id }) => {
        const { height, width } = windowSize(exchange.request);
        const error = engine.execs.resize(id!, width, height);
        if (error) refuse(error.status, error.message);
        exchange.answer(200);
      },
    },
  ];
}

function create(engine: HostEngine, exchange: Exchange, reference: string): void {
  const reader = bodyReader(exchange.request, 'ExecCreateRequest');
  const container = findContainer(engine, reference);
  if (container.state.paused) refuse(409, `Container ${reference} is paused, unpause the container before exec`);
  const created = engine.execs.create(container, {
    argv: reader.strings('Cmd') ?? [],
    tty: reader.boolean('Tty') ?? false,
    attachStdin: reader.boolean('AttachStdin') ?? false,
    attachStdout: reader.boolean('AttachStdout') ?? false,
    attachStderr: reader.boolean('AttachStderr') ?? false,
    env: reader.strings('Env') ?? [],
    workingDir: reader.string('WorkingDir') ?? '',
    user: reader.string('User') ?? '',
    privileged: reader.boolean('Privileged') ?? false,
    detachKeys: reader.string('DetachKeys') ?? '',
  });
  if (!created.ok) refuse(created.error.status, created.error.message);
  else exchange.answer(201, { Id: created.value });
}

/** A detached start answers at once. An attached one is a stream, into which even the failure to start is written. */
function start(engine: HostEngine, exchange: Exchange, id: string): void {
  const reader = bodyReader(exchange.request, 'ExecStartOptions');
  const exec = engine.execs.get(id) ?? refuse(404, `No such exec instance: ${id}`);
  const container = engine.containers.get(exec.containerId);
  if (!container) refuse(404, `No such container: ${exec.containerId}`);
  if (container.state.paused) refuse(409, `Container ${container.id} is paused, unpause the container before exec`);
  if (reader.boolean('Detach') ?? false) {
    const nobody: OutputSink = { output: () => {}, end: () => {} };
    const started = engine.execs.start(id, nobody);
    if (!started.ok) refuse(started.error.status, started.error.message);
    started.value.end();
    exchange.answer(200);
    return;
  }
  if (exec.running) refuse(409, `exec command ${id} is already running`);
  if (exec.exitCode !== undefined) refuse(409, `exec command ${id} has already run`);
  const { tty, attachStdout, attachStderr } = exec.config;
  const sink: StreamSink = exchange.stream(exchange.request.hijack ? 101 : 200, tty ? RAW : MULTIPLEXED);
  const size = reader.numbers('ConsoleSize');
  const started = engine.execs.start(id, {
    output: (stream, data) => {
      if (tty || (stream === 'stdout' ? attachStdout : attachStderr)) sink.push({ stream, data });
    },
    end: () => sink.end(),
  });
  if (!started.ok) {
    sink.push({ stream: 'stdout', data: utf8(`${started.error.message}\r\n`) });
    sink.end();
    return;
  }
  const [height = 0, width = 0] = size;
  if (tty && height > 0) engine.execs.resize(id, width, height);
  follow(exchange, started.value, exec.config.attachStdin);
}

/** stdin of the command is what the client sends; without -i it is at its end from the start. */
function follow(exchange: Exchange, streams: ExecStreams, stdin: boolean): void {
  if (!stdin) streams.end();
  exchange.onData((data) => {
    if (stdin) streams.write(data);
  });
  exchange.onEnd(() => {
    if (stdin) streams.end();
  });
  exchange.onAbort(() => {
    if (stdin) streams.end();
  });
}

function inspect(engine: HostEngine, exchange: Exchange, id: string): void {
  const exec = engine.execs.get(id) ?? refuse(404, `No such exec instance: ${id}`);
  const { config } = exec;
  const [entrypoint = '', ...rest] = config.argv;
  const body = {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode ?? null,
    ProcessConfig: { tty: config.tty, entrypoint, arguments: rest, privileged: config.privileged },
    OpenStdin: config.attachStdin,
    OpenStderr: config.attachStderr,
    OpenStdout: config.attachStdout,
    CanRemove: exec.exitCode !== undefined,
    ContainerID: exec.containerId,
    DetachKeys: config.detachKeys,
    Pid: exec.pid,
  };
  exchange.answer(200, json(body));
}
