/** Databases, the voting application, the visualizer and other servers that workshops start. */
import { utf8 } from '../../base/bytes';
import { stringify } from '../../base/json';
import { formatTime } from '../../base/time';
import type { Program, ProgramContext } from '../../host/index';
import { header, pathOf } from '../http';
import { GO_DEFAULT, GRACEFUL, httpAnswers, makeServer, mib, page, type StartLine, UNDER_TINI } from './server';
import { carryVotes, countVotes, databaseAnswer, pushVote } from './voting';
import { pages, simplePage } from './web';

/** postgres: newer versions want a password. */
export function postgres(version: string, wantsPassword: boolean): Program {
  const lines = ({ startedAt }: ProgramContext): readonly StartLine[] => {
    const out = (after: number, text: string): StartLine => ({ after, stream: 'stdout', text: `${text}\n` });
    const log = (after: number, text: string): StartLine => {
      const stamp = formatTime(startedAt + after, '2006-01-02 15:04:05.000 UTC');
      return { after, stream: 'stderr', text: `${stamp} [1] LOG:  ${text}\n` };
    };
    return [
      out(60_000, 'The files belonging to this database system will be owned by user "postgres".'),
      out(1_900_000, 'PostgreSQL init process complete; ready for start up.'),
      log(2_000_000, `starting PostgreSQL ${version} on x86_64-pc-linux-gnu, compiled by gcc, 64-bit`),
      log(2_000_000, 'listening on IPv4 address "0.0.0.0", port 5432'),
      log(2_050_000, 'database system is ready to accept connections'),
    ];
  };
  return makeServer({
    name: 'postgres',
    memory: mib(28),
    ports: [5432],
    readyAfter: 2_050_000,
    startLines: lines,
    answer: (context, _port, data) => databaseAnswer(context, data),
    refuses: ({ env }) =>
      !wantsPassword ||
      ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_HOST_AUTH_METHOD'].some((name) => env.has(name))
        ? undefined
        : {
            lines:
              'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n',
            status: 1,
          },
    command: (context, argv) => {
      if (argv[0] !== 'pg_isready') return undefined;
      const ready = context.now >= context.startedAt + 2_050_000;
      const said = `/var/run/postgresql:5432 - ${ready ? 'accepting connections' : 'no response'}\n`;
      return { stdout: said, stderr: '', status: ready ? 0 : 2 };
    },
    ends: GRACEFUL,
  });
}

export const mysql: Program = makeServer({
  name: 'mysqld',
  memory: mib(380),
  ports: [3306],
  readyAfter: 11_000_000,
  startLines: ({ startedAt }) => {
    const line = (after: number, text: string): StartLine => {
      const stamp = formatTime(startedAt + after, '2006-01-02T15:04:05.000000Z');
      return { after, stream: 'stderr', text: `${stamp} 0 [System] ${text}\n` };
    };
    return [
      line(900_000, '[MY-010116] [Server] /usr/sbin/mysqld (mysqld 8.4.6) starting as process 1'),
      line(
        11_000_000,
        "[MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.6'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.",
      ),
    ];
  },
  refuses: ({ env }) =>
    [
      'MYSQL_ROOT_PASSWORD',
      'MYSQL_ROOT_PASSWORD_FILE',
      'MYSQL_ALLOW_EMPTY_PASSWORD',
      'MYSQL_RANDOM_ROOT_PASSWORD',
      'MARIADB_ROOT_PASSWORD',
    ].some((name) => env.has(name))
      ? undefined
      : {
          lines:
            '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD\n',
          status: 1,
        },
  ends: GRACEFUL,
});

/** A data store that only has to be there. */
export function store(name: string, port: number, memory: number, line: string): Program {
  return makeServer({
    name,
    memory,
    ports: [port],
    readyAfter: 500_000,
    startLines: () => [{ after: 500_000, stream: 'stdout', text: `${line}\n` }],
    ends: GRACEFUL,
  });
}

const HEROES = [
  'Black Widow',
  'Bishop',
  'Cyclops',
  'Dazzler',
  'Gambit',
  'Hawkeye',
  'Iceman',
  'Jubilee',
  'Longshot',
  'Magik',
  'Nightcrawler',
  'Polaris',
  'Quicksilver',
  'Rogue',
  'Storm',
  'Thunderbird',
  'Wolverine',
];

/** elasticsearch: each instance has a name of its own, which shows who answered. */
export const elasticsearch: Program = {
  ...makeServer({
    name: 'java',
    memory: mib(1100),
    ports: [9200, 9300],
    readyAfter: 9_000_000,
    startLines: ({ startedAt, state }) => {
      const line = (after: number, text: string): StartLine => ({
        after,
        stream: 'stdout',
        text: `[${formatTime(startedAt + after, '2006-01-02 15:04:05,000')}][INFO ][node                     ] [${state['name']}] ${text}\n`,
      });
      return [
        line(2_000_000, 'version[2.4.6], pid[1], build[5376dca/2017-07-18T12:17:44Z]'),
        line(8_500_000, 'initialized'),
        line(9_000_000, 'started'),
      ];
    },
    answer: httpAnswers(({ state }) => {
      const body = {
        name: String(state['name']),
        cluster_name: 'elasticsearch',
        cluster_uuid: '_na_',
        version: { number: '2.4.6', build_hash: '5376dca9f70f3abef96a77f4bb22720ace8240fd', lucene_version: '5.5.4' },
        tagline: 'You Know, for Search',
      };
      return page(`${stringify(body, { indent: 2 })}\n`, 'application/json; charset=UTF-8');
    }),
    ends: { TERM: 143, INT: 130 },
  }),
  start: (context) => {
    context.state['name'] = HEROES[context.random.integer(0, HEROES.length - 1)]!;
  },
};

/** dockersamples/visualizer. */
export const visualizer: Program = makeServer({
  name: 'node',
  memory: mib(38),
  ports: [8080],
  readyAfter: 900_000,
  startLines: () => [
    { after: 700_000, stream: 'stdout', text: '\n> swarmVisualizer@0.0.1 start /app\n> node server.js\n\n' },
    { after: 900_000, stream: 'stdout', text: 'listening on 8080\n' },
  ],
  answer: httpAnswers((_context, request) => {
    if (pathOf(request) === '/healthcheck') return page('OK', 'text/plain');
    return page(
      '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>Visualizer</title>\n</head>\n<body>\n<div id="app"></div>\n<script src="app.js"></script>\n</body>\n</html>\n',
    );
  }),
  command: (context, argv) => {
    if (argv.join(' ') !== 'node /app/healthcheck.js' && argv.join(' ') !== '/bin/sh -c node /app/healthcheck.js')
      return undefined;
    return { stdout: '', stderr: '', status: context.now >= context.startedAt + 900_000 ? 0 : 1 };
  },
  ends: UNDER_TINI,
});

const INTERNAL_ERROR =
  '<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>\n';

/** The voting page; `before` and `after` differ in what one votes on. */
export function vote(optionA: string, optionB: string): Program {
  return makeServer({
    name: 'gunicorn',
    memory: mib(42),
    ports: [80],
    readyAfter: 700_000,
    startLines: ({ startedAt }) => {
      const line = (after: number, pid: number, text: string): StartLine => ({
        after,
        stream: 'stderr',
        text: `[${formatTime(startedAt + after, '2006-01-02 15:04:05 +0000')}] [${pid}] [INFO] ${text}\n`,
      });
      return [
        line(600_000, 1, 'Starting gunicorn 22.0.0'),
        line(600_000, 1, 'Listening at: http://0.0.0.0:80 (1)'),
        line(600_000, 1, 'Using worker: sync'),
        ...[7, 8, 9, 10].map((pid) => line(700_000, pid, `Booting worker with pid: ${pid}`)),
      ];
    },
    answer: httpAnswers((context, request) => {
      const choice = request.method === 'POST' ? /vote=([ab])/.exec(request.body)?.[1] : undefined;
      const voter =
        /voter_id=([0-9a-f]+)/.exec(header(request, 'cookie') ?? '')?.[1] ??
        context.random.integer(0x10000000, 0x7fffffff).toString(16);
      if (choice !== undefined) {
        context.log('stderr', `[INFO] in app: Received vote for ${choice}\n`);
        if (!pushVote(context, voter, choice)) return page(INTERNAL_ERROR, 'text/html; charset=utf-8', 500);
      }
      const button = (value: string, label: string): string =>
        `<button id="${value}" type="submit" name="vote" class="${value}" value="${value}">${label}</button>`;
      const body = `<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<title>${optionA} vs ${optionB}!</title>\n</head>\n<body>\n<h3>${optionA} vs ${optionB}!</h3>\n<form id="choice" name="form" method="POST" action="/">\n${button('a', optionA)}\n${button('b', optionB)}\n</form>\n<div id="tip">(Tip: you can change your vote)</div>\n<div id="hostname">Processed by container ID ${context.hostname}</div>\n</body>\n</html>\n`;
      return {
        ...page(body),
        headers: [
          ['Content-Type', 'text/html; charset=utf-8'],
          ['Set-Cookie', `voter_id=${voter}; Path=/`],
        ],
      };
    }),
    ends: GRACEFUL,
  });
}

/** The shares of both sides and how many have voted. */
function resultText(context: ProgramContext): string {
  const { a, b } = countVotes(context) ?? { a: 0, b: 0 };
  const total = a + b;
  const share = (count: number): string => `${total === 0 ? '50.0' : ((count * 100) / total).toFixed(1)}%`;
  const words = total === 0 ? 'No votes' : `${total} vote${total === 1 ? '' : 's'}`;
  const side = (id: string, label: string, count: number): string =>
    `<div class="choice ${id}"><div class="label">${label}</div><div class="stat">${share(count)}</div></div>`;
  return `<div id="content-container">\n${side('cats', 'Cats', a)}\n${side('dogs', 'Dogs', b)}\n<span id="result">${words}</span>\n</div>`;
}

/** The result page waits for its database and then shows it. */
export const result: Program = makeServer({
  name: 'node',
  memory: mib(31),
  ports: [80],
  readyAfter: 800_000,
  startLines: (context) => {
    const found = context.resolve('db').length > 0;
    return [
      { after: 800_000, stream: 'stdout', text: 'App running on port 80\n' },
      { after: 900_000, stream: found ? 'stdout' : 'stderr', text: found ? 'Connected to db\n' : 'Waiting for db\n' },
    ];
  },
  answer: httpAnswers((context) =>
    simplePage('Cats vs Dogs -- Result', `${resultText(context)}\n<!-- ${context.hostname} -->`),
  ),
  ends: UNDER_TINI,
});

/** How often the worker looks for votes. */
const LOOK_AGAIN = 500_000;

/** The worker between redis and the database: says what it waits for. */
export const voteWorker: Program = {
  name: 'dotnet',
  memory: mib(55),
  start: (context) => context.timer('look', 800_000),
  timer: (context) => {
    const [db] = context.resolve('db');
    const [redis] = context.resolve('redis');
    if (db === undefined) {
      context.log('stderr', 'Waiting for db\n');
      context.timer('look', 1_000_000);
      return;
    }
    if (context.state['db'] !== true) context.log('stdout', 'Connected to db\n');
    context.state['db'] = true;
    if (redis === undefined) {
      context.log('stderr', 'Waiting for redis\n');
      context.timer('look', 1_000_000);
      return;
    }
    if (context.state['redis'] !== redis) context.log('stdout', `Found redis at ${redis}\nConnecting to redis\n`);
    context.state['redis'] = redis;
    carryVotes(context);
    context.timer('look', LOOK_AGAIN);
  },
  signal: (context, signal) => {
    if (signal === 'TERM' || signal === 'INT') context.exit(signal === 'TERM' ? 143 : 130);
  },
};

const JSON_TYPE = 'application/json';

export const prometheus: Program = pages({
  name: 'prometheus',
  port: 9090,
  memory: mib(60),
  lines: ['level=info msg="Server is ready to receive web requests."'],
  pages: {
    '/-/ready': () => page('Prometheus Server is Ready.\n', 'text/plain'),
    '': () => simplePage('Prometheus Time Series Collection and Processing Server', ''),
  },
  ends: GRACEFUL,
});

export const nodeExporter: Program = pages({
  name: 'node_exporter',
  port: 9100,
  memory: mib(14),
  lines: ['level=info msg="Listening on" address=[::]:9100'],
  pages: {
    '/metrics': () =>
      page(
        '# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 0.08\n',
        'text/plain; version=0.0.4',
      ),
    '': () => simplePage('Node Exporter', '<a href="/metrics">Metrics</a>'),
  },
  ends: GO_DEFAULT,
});

/** Redirects its front page, as many consoles do. */
export function consolePage(name: string, port: number, memory: number, to: string, title: string): Program {
  return pages({
    name,
    port,
    memory,
    readyAfter: 400_000,
    lines: [`${name}: listening on :${port}`],
    pages: {
      '/': () =>
        to === ''
          ? simplePage(title, '')
          : {
              status: 302,
              headers: [
                ['Location', to],
                ['Content-Type', 'text/html'],
              ],
              body: `<a href="${to}">Found</a>.\n\n`,
            },
      '': () => simplePage(title, ''),
    },
    ends: GRACEFUL,
  });
}

/** A small web application of a lesson: shows its own container. */
export function appPage(name: string, port: number, memory: number, title: string): Program {
  return pages({
    name,
    port,
    memory,
    readyAfter: 400_000,
    lines: [` * Running on http://0.0.0.0:${port}/ (Press CTRL+C to quit)`],
    accessLog: true,
    pages: { '': (context) => simplePage(title, `<p>${context.hostname}</p>`) },
  });
}

/** dockercoins: what each part says of itself. */
export function dockercoin(name: string): Program {
  if (name === 'worker') {
    return makeServer({
      name: 'python',
      memory: mib(18),
      ports: [],
      startLines: () => [
        { after: 1_000_000, stream: 'stderr', text: 'INFO:__main__:0 units of work done, updating hash counter\n' },
      ],
    });
  }
  if (name === 'webui') {
    return pages({
      name: 'node',
      port: 80,
      memory: mib(30),
      lines: ['WEBUI running on port 80'],
      pages: {
        '/': () => ({ status: 302, headers: [['Location', '/index.html']], body: 'Found. Redirecting to /index.html' }),
        '/json': (context) =>
          page(stringify({ coins: 0, hashes: 0, now: Math.floor(context.now / 1_000_000) }), JSON_TYPE),
        '': () => simplePage('DockerCoin Miner WebUI', ''),
      },
    });
  }
  const upper = name.toUpperCase();
  return pages({
    name,
    port: 80,
    memory: mib(20),
    lines: [` * Running on http://0.0.0.0:80/`],
    accessLog: true,
    pages: {
      '/32': (context) => page(context.random.bytes(32), 'application/octet-stream'),
      '': (context) => page(utf8(`${upper} running on ${context.hostname}\n`), 'text/plain'),
    },
  });
}

/** jpetazzo/clock: one line a second, written when somebody reads. */
export const clock: Program = {
  name: 'sh',
  memory: mib(1),
  start: () => {},
  catchUp: (context) => {
    const due = Math.floor((context.now - context.startedAt) / 1_000_000) + 1;
    const done = typeof context.state['lines'] === 'number' ? context.state['lines'] : 0;
    for (let line = Math.max(done, due - 4_000); line < due; line++) {
      const at = context.startedAt + line * 1_000_000;
      context.log('stdout', `${formatTime(at, 'Mon Jan _2 15:04:05 UTC 2006')}\n`, at);
    }
    context.state['lines'] = due;
  },
};

export const helloWorld: Program = {
  name: 'hello',
  memory: mib(1),
  start: (context) => {
    context.log(
      'stdout',
      '\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\nTo generate this message, Docker took the following steps:\n 1. The Docker client contacted the Docker daemon.\n 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.\n    (amd64)\n 3. The Docker daemon created a new container from that image which runs the\n    executable that produces the output you are currently reading.\n 4. The Docker daemon streamed that output to the Docker client, which sent it\n    to your terminal.\n\n',
    );
    context.exit(0);
  },
};
