/** /services/ID/logs and /tasks/ID/logs. Follows moby/moby api/server/router/swarm/helpers.go and httputils/write_log_stream.go. */
import { type Labels, parseTimestamp } from '../../api/index';
import { type Bytes, utf8 } from '../../base/bytes';
import type { ApiRequest } from '../../base/process';
import { formatMicrosFixed } from '../../base/time';
import type { LogMessage, LogSelector } from '../../swarm/index';
import type { Cluster } from '../cluster/cluster';
import type { Exchange, Route, StreamSink } from '../exchange';
import { refuse } from '../refusal';
import { query, queryFlag } from '../request';
import { findTask } from './tasks';

const RAW = 'application/vnd.docker.raw-stream';
const MULTIPLEXED = 'application/vnd.docker.multiplexed-stream';

interface LogRequest {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  readonly tail: number | undefined;
  readonly since: number | undefined;
  readonly details: boolean;
  readonly timestamps: boolean;
}

export function logRoutes(cluster: Cluster): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/services/:id/logs',
      handler: (exchange, params) => {
        checkStreams(exchange.request);
        cluster.findService(exchange, params['id']!, ({ id, spec }) => {
          const tty = spec.TaskTemplate?.ContainerSpec?.TTY === true;
          stream(cluster, exchange, tty, { serviceIds: [id], nodeIds: [], taskIds: [] });
        });
      },
    },
    {
      method: 'GET',
      path: '/tasks/:id/logs',
      handler: (exchange, params) => {
        checkStreams(exchange.request);
        findTask(cluster, exchange, params['id']!, ({ id, spec }) => {
          if (!spec.ContainerSpec) refuse(500, 'logs only supported on container tasks');
          const tty = spec.ContainerSpec?.TTY === true;
          stream(cluster, exchange, tty, { serviceIds: [], nodeIds: [], taskIds: [id] });
        });
      },
    },
  ];
}

function checkStreams(request: ApiRequest): void {
  if (!queryFlag(request, 'stdout') && !queryFlag(request, 'stderr')) {
    refuse(500, 'Bad parameters: you must choose at least one stream');
  }
}

function readRequest(request: ApiRequest): LogRequest {
  const tail = query(request, 'tail');
  if (tail !== '' && tail !== 'all' && !/^[+-]?\d+$/.test(tail)) {
    refuse(500, 'tail value must be a positive integer or "all"');
  }
  if (Number(tail) < 0) refuse(500, 'negative tail values not supported');
  const since = parseTimestamp(query(request, 'since'));
  if ('error' in since) return refuse(500, `could not parse since timestamp: ${since.error}`);
  return {
    stdout: queryFlag(request, 'stdout'),
    stderr: queryFlag(request, 'stderr'),
    follow: queryFlag(request, 'follow'),
    tail: tail === '' || tail === 'all' ? undefined : Number(tail),
    since: since.at,
    details: queryFlag(request, 'details'),
    timestamps: queryFlag(request, 'timestamps'),
  };
}

function stream(cluster: Cluster, exchange: Exchange, tty: boolean, selector: LogSelector): void {
  cluster.requireManager();
  const { details, timestamps, ...options } = readRequest(exchange.request);
  let sink: StreamSink | undefined;
  let ended = false;
  const open = (): StreamSink => (sink ??= exchange.stream(200, tty ? RAW : MULTIPLEXED));
  const cancel = cluster.node.subscribeLogs({
    selector,
    options,
    message: (message) => {
      if (ended) return;
      const { line } = message;
      const context = details ? `${contextOf(message)} ` : '';
      const stamp = timestamps ? `${formatMicrosFixed(line.at)} ` : '';
      open().push({ stream: line.stream, data: stamp + context + line.data });
    },
    done: (error) => {
      if (ended) return;
      ended = true;
      if (error !== undefined) open().push({ stream: 'systemerr', data: utf8(`Error grabbing logs: ${error}\n`) });
      open().end();
    },
  });
  if (!cancel) refuse(503, 'the log broker is not available');
  exchange.onAbort(() => {
    ended = true;
    cancel();
  });
  if (!ended) open();
}

const PREFIX = 'com.docker.swarm';

function contextOf(message: LogMessage): Bytes {
  return detailsText({
    [`${PREFIX}.node.id`]: message.nodeId,
    [`${PREFIX}.service.id`]: message.serviceId,
    [`${PREFIX}.task.id`]: message.taskId,
  });
}

/** `key=value,key=value`, sorted, escaped as in a query. Follows write_log_stream.go, attrsByteSlice. */
function detailsText(details: Labels): Bytes {
  return Object.entries(details)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .map(([key, value]) => `${escapeQuery(key)}=${escapeQuery(value)}`)
    .join(',');
}

function escapeQuery(text: string): string {
  return utf8(text).replace(/[^A-Za-z0-9_.~-]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
