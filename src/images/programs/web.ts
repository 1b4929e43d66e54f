/** Web servers: nginx, Apache, whoami and other small pages. */
import { type Bytes, utf8 } from '../../base/bytes';
import { stringify } from '../../base/json';
import type { Micros } from '../../base/process';
import { formatTime } from '../../base/time';
import { KERNEL, type Program, type ProgramContext, type RequestPeer } from '../../host/index';
import { combinedLine, type HttpAnswer, type HttpRequest, httpDate, pathOf } from '../http';
import { NginxConfig } from './nginx-config';
import { GO_DEFAULT, GRACEFUL, httpAnswers, makeServer, mib, page, type ServerOptions, type StartLine } from './server';

const NGINX_INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

export const NGINX_FILES: readonly (readonly [string, string])[] = [
  ['/usr/share/nginx/html/index.html', NGINX_INDEX],
  [
    '/usr/share/nginx/html/50x.html',
    '<html>\n<head><title>Error</title></head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n',
  ],
  ['/etc/nginx/nginx.conf', 'user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections  1024;\n}\n'],
  [
    '/etc/nginx/conf.d/default.conf',
    'server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n\n    location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n}\n',
  ],
  ['/docker-entrypoint.sh', '#!/bin/sh\nexec "$@"\n'],
  ['/docker-entrypoint.d/', ''],
];

const MODULES: Readonly<Record<string, string>> = {
  html: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  png: 'image/png',
  svg: 'image/svg+xml',
};

/** Serves a directory as nginx and Apache do. */
function staticFile(
  context: ProgramContext,
  root: string,
  request: HttpRequest,
): { type: string; body: Bytes } | undefined {
  const clean = pathOf(request).replace(/\/+$/, '');
  if (clean.includes('..')) return undefined;
  const path = clean === '' ? `${root}/index.html` : root + clean;
  const body = context.readFile(path) ?? context.readFile(`${path}/index.html`);
  if (body === undefined) return undefined;
  return { type: MODULES[path.slice(path.lastIndexOf('.') + 1)] ?? 'text/html', body };
}

function nginxLines(version: string): (context: ProgramContext) => readonly StartLine[] {
  const entry = '/docker-entrypoint.sh:';
  const early = [
    `${entry} /docker-entrypoint.d/ is not empty, will attempt to perform configuration`,
    `${entry} Looking for shell scripts in /docker-entrypoint.d/`,
    `${entry} Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh`,
    '10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf',
    '10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf',
    `${entry} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh`,
    `${entry} Launching /docker-entrypoint.d/20-envsubst-on-templates.sh`,
    `${entry} Launching /docker-entrypoint.d/30-tune-worker-processes.sh`,
    `${entry} Configuration complete; ready for start up`,
  ];
  return ({ startedAt }) => {
    const stamp = formatTime(startedAt + 50_000, '2006/01/02 15:04:05');
    const notice = (text: string): StartLine => ({
      after: 50_000,
      stream: 'stderr',
      text: `${stamp} [notice] 1#1: ${text}\n`,
    });
    return [
      ...early.map((text, at): StartLine => ({ after: at * 4_000, stream: 'stdout', text: `${text}\n` })),
      notice('using the "epoll" event method'),
      notice(`nginx/${version}`),
      notice('built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1)'),
      notice(`OS: Linux ${KERNEL.release}`),
      notice('getrlimit(RLIMIT_NOFILE): 1048576:1048576'),
      notice('start worker processes'),
      notice('start worker process 29'),
      notice('start worker process 30'),
    ];
  };
}

export function nginx(version: string): Program {
  const headers = (context: ProgramContext, type: string): [string, string][] => [
    ['Server', `nginx/${version}`],
    ['Date', httpDate(context.now)],
    ['Content-Type', type],
  ];
  const file = (context: ProgramContext, root: string, request: HttpRequest): HttpAnswer => {
    const found = staticFile(context, root, request);
    if (found)
      return { status: 200, headers: [...headers(context, found.type), ['Accept-Ranges', 'bytes']], body: found.body };
    const body = `<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`;
    return { status: 404, headers: headers(context, 'text/html'), body };
  };
  const handle = (context: ProgramContext, request: HttpRequest, peer: RequestPeer, port: number): HttpAnswer => {
    const config = new NginxConfig(context);
    const answer = config.answer(request, port, peer.address, (root, target) =>
      file(context, root, { ...request, target }),
    );
    if (answer.headers.some(([name]) => name === 'Server')) return answer;
    const own = headers(context, '').filter(([name]) => name !== 'Content-Type');
    return { ...answer, headers: [...own, ...answer.headers] };
  };
  const server = makeServer({
    name: 'nginx',
    refuses: (context) => {
      const problem = new NginxConfig(context).problem();
      if (problem === undefined) return undefined;
      const stamp = formatTime(context.now, '2006/01/02 15:04:05');
      return { lines: utf8(`${stamp} [emerg] 1#1: ${problem}\nnginx: [emerg] ${problem}\n`), status: 1 };
    },
    memory: mib(9),
    ports: [80],
    startLines: nginxLines(version),
    answer: (context, port, data, peer) =>
      httpAnswers(
        (one, request, from) => handle(one, request, from, port),
        (one, request, answer, from) => {
          const line = combinedLine(from.address, one.now, request, answer);
          one.log('stdout', `${line.trimEnd()} "-"\n`);
        },
      )(context, port, data, peer),
    command: (_context, argv) => {
      if (argv[0] !== 'nginx') return undefined;
      if (argv[1] === '-v') return { stdout: '', stderr: `nginx version: nginx/${version}\n`, status: 0 };
      if (argv[1] === '-t')
        return {
          stdout: '',
          stderr:
            'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
          status: 0,
        };
      return argv[1] === '-s' && argv[2] === 'reload' ? { stdout: '', stderr: '', status: 0 } : undefined;
    },
    ends: GRACEFUL,
    endLines: (_context, signal, at) => {
      const how = signal === 'QUIT' ? '3 (SIGQUIT) received, shutting down' : '15 (SIGTERM) received, exiting';
      const text = `${formatTime(at, '2006/01/02 15:04:05')} [notice] 1#1: signal ${how}\n`;
      return [{ after: 0, stream: 'stderr', text }];
    },
  });
  const ports = (context: ProgramContext): readonly number[] =>
    server.ports?.(context).length ? new NginxConfig(context).ports() : [];
  return { ...server, ports };
}

export const HTTPD_FILES: readonly (readonly [string, string])[] = [
  ['/usr/local/apache2/htdocs/index.html', '<html><body><h1>It works!</h1></body></html>\n'],
  ['/usr/local/apache2/conf/httpd.conf', 'ServerRoot "/usr/local/apache2"\nListen 80\n'],
];

export const httpd: Program = makeServer({
  name: 'httpd',
  memory: mib(12),
  ports: [80],
  startLines: (context) => {
    const [, address = '172.17.0.2'] = context.addresses();
    const stamp = formatTime(context.startedAt, 'Mon Jan 02 15:04:05.000000 2006');
    const warning = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
    return [
      { after: 0, stream: 'stderr', text: warning },
      { after: 0, stream: 'stderr', text: warning },
      {
        after: 10_000,
        stream: 'stderr',
        text: `[${stamp}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations\n`,
      },
      {
        after: 10_000,
        stream: 'stderr',
        text: `[${stamp}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n`,
      },
    ];
  },
  answer: httpAnswers(
    (context, request) => {
      const found = staticFile(context, '/usr/local/apache2/htdocs', request);
      const headers: [string, string][] = [
        ['Date', httpDate(context.now)],
        ['Server', 'Apache/2.4.65 (Unix)'],
      ];
      if (found) return { status: 200, headers: [...headers, ['Content-Type', found.type]], body: found.body };
      const body =
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n';
      return { status: 404, headers: [...headers, ['Content-Type', 'text/html; charset=iso-8859-1']], body };
    },
    (context, request, answer, peer) => {
      const first = `${request.method} ${request.target} ${request.version}`;
      const stamp = formatTime(context.now, '02/Jan/2006:15:04:05 +0000');
      context.log('stdout', `${peer.address} - - [${stamp}] "${first}" ${answer.status} ${answer.body.length}\n`);
    },
  ),
  ends: { TERM: 0, WINCH: 0, INT: 0 },
});

/** Tells who answers: the lesson of load balancing. */
function whoamiText(
  context: ProgramContext,
  request: HttpRequest,
  peer: { address: string; port: number },
  ipv6: boolean,
): Bytes {
  const lines = [`Hostname: ${context.hostname}`];
  context.addresses().forEach((address, at) => {
    lines.push(`IP: ${address}`);
    if (at === 0 && ipv6) lines.push('IP: ::1');
  });
  lines.push(`RemoteAddr: ${peer.address}:${peer.port}`, `${request.method} ${request.target} ${request.version}`);
  const headers = [...request.headers].sort((a, b) =>
    a[0] === 'Host' ? -1 : b[0] === 'Host' ? 1 : a[0] < b[0] ? -1 : 1,
  );
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return `${lines.join('\n')}\n\n`;
}

export function whoami(options: { readonly port: number; readonly ipv6: boolean }): Program {
  return makeServer({
    name: 'whoami',
    memory: mib(5),
    ports: [options.port],
    readyAfter: 10_000,
    startLines: ({ startedAt }) => {
      const stamp = formatTime(startedAt, '2006/01/02 15:04:05');
      return [{ after: 0, stream: 'stderr', text: `${stamp} Starting up on port ${options.port}\n` }];
    },
    answer: httpAnswers((context, request, peer) => {
      if (pathOf(request) === '/health') return page('', 'text/plain');
      return page(whoamiText(context, request, peer, options.ipv6), 'text/plain; charset=utf-8');
    }),
    ends: GO_DEFAULT,
  });
}

/** jwilder/whoami: one line. */
export const whoamiLine: Program = makeServer({
  name: 'http',
  memory: mib(4),
  ports: [8000],
  startLines: () => [{ after: 0, stream: 'stdout', text: 'Listening on :8000\n' }],
  answer: httpAnswers((context) => page(`I'm ${context.hostname}\n`, 'text/plain; charset=utf-8')),
  ends: GO_DEFAULT,
});

/** jpetazzo/httpenv: the environment as JSON. */
export const httpenv: Program = makeServer({
  name: 'httpenv',
  memory: mib(4),
  ports: [8888],
  answer: httpAnswers((context) =>
    page(utf8(stringify(Object.fromEntries(context.env), { sortKeys: true })), 'application/json'),
  ),
  ends: GO_DEFAULT,
});

/** nginxdemos/hello: which server answered, as text or as a page. */
export function helloPage(plain: boolean): Program {
  return makeServer({
    name: 'nginx',
    memory: mib(8),
    ports: [80],
    answer: httpAnswers((context, request, peer) => {
      const facts: [string, string][] = [
        ['Server address', `${peer.localAddress}:80`],
        ['Server name', context.hostname],
        ['Date', formatTime(context.now, '02/Jan/2006:15:04:05 +0000')],
        ['URI', request.target],
      ];
      const id = Array.from({ length: 32 }, () => context.random.integer(0, 15).toString(16)).join('');
      if (plain)
        return page(
          `${[...facts, ['Request ID', id]].map(([name, value]) => `${name}: ${value}`).join('\n')}\n`,
          'text/plain',
        );
      const rows = facts.map(([name, value]) => `<p><span>${name}:</span> <span>${value}</span></p>`).join('\n');
      return page(
        `<!DOCTYPE html>\n<html>\n<head>\n<title>Hello World</title>\n</head>\n<body>\n${rows}\n</body>\n</html>\n`,
        'text/html',
      );
    }),
    ends: GRACEFUL,
  });
}

export interface PageOptions {
  readonly name: string;
  readonly port: number;
  readonly memory: number;
  readonly readyAfter?: Micros;
  /** Of its log, on stdout. */
  readonly lines?: readonly string[];
  readonly ends?: ServerOptions['ends'];
  /** Path → answer; '' is every other path. */
  readonly pages: Readonly<Record<string, (context: ProgramContext, request: HttpRequest) => HttpAnswer>>;
  readonly accessLog?: boolean;
}

/** A server that has a few pages. */
export function pages(options: PageOptions): Program {
  const known = new Map(Object.entries(options.pages));
  const { lines = [], readyAfter, ends } = options;
  return makeServer({
    name: options.name,
    memory: options.memory,
    ports: [options.port],
    ...(readyAfter === undefined ? {} : { readyAfter }),
    ...(ends ? { ends } : {}),
    startLines: () => lines.map((text, at) => ({ after: 20_000 + at * 15_000, stream: 'stdout', text: `${text}\n` })),
    answer: httpAnswers(
      (context, request) => {
        const find = known.get(pathOf(request)) ?? known.get('');
        return find ? find(context, request) : page('Not Found\n', 'text/plain', 404);
      },
      (context, request, answer, peer) => {
        if (options.accessLog) context.log('stdout', combinedLine(peer.address, context.now, request, answer));
      },
    ),
  });
}

/** A page of one heading and some text. */
export function simplePage(title: string, body: string): HttpAnswer {
  return page(
    utf8(
      `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${body}\n</body>\n</html>\n`,
    ),
  );
}
