/** nginx's configuration as far as workshops write one: servers, locations, root, alias, return, proxy_pass, upstream. */
import { type Bytes, fromUtf8, utf8 } from '../../base/bytes';
import type { ProgramContext } from '../../host/index';
import { type HttpAnswer, type HttpRequest, header, pathOf } from '../http';

interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly block: readonly Directive[] | undefined;
}

const MAIN = '/etc/nginx/nginx.conf';
const DEFAULT = '/etc/nginx/conf.d/default.conf';

/** Texts that were parsed: every request asks for the same few. */
const PARSED = new Map<string, readonly Directive[]>();
const PARSED_MAX = 100;

/** The directives of a text; what has no end is taken as far as it goes. */
export function parseConfig(text: string): readonly Directive[] {
  let parsed = PARSED.get(text);
  if (!parsed) {
    if (PARSED.size >= PARSED_MAX) PARSED.clear();
    PARSED.set(text, (parsed = parse(text)));
  }
  return parsed;
}

function parse(text: string): readonly Directive[] {
  const tokens: { readonly text: string; readonly line: number }[] = [];
  let line = 1;
  for (const [token] of text.matchAll(
    /#[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{};]|\n|[^\s{};"'](?:\$\{\w+\}|[^\s{};])*/g,
  )) {
    if (token === '\n') line++;
    else if (!token.startsWith('#')) tokens.push({ text: /^["']/.test(token) ? token.slice(1, -1) : token, line });
  }
  let at = 0;
  const block = (): Directive[] => {
    const found: Directive[] = [];
    let words: string[] = [];
    for (; at < tokens.length; at++) {
      const token = tokens[at]!;
      if (token.text === '}') return found;
      if (token.text !== ';' && token.text !== '{') words.push(token.text);
      else {
        const inner = token.text === '{';
        if (inner) at++;
        const [name = '', ...args] = words;
        found.push({ name, args, line: token.line, block: inner ? block() : undefined });
        words = [];
      }
    }
    return found;
  };
  return block();
}

function all(directives: readonly Directive[], name: string): readonly Directive[] {
  return directives.flatMap((one) =>
    one.name === name ? [one] : one.name === 'http' ? all(one.block ?? [], name) : [],
  );
}

function one(directives: readonly Directive[], name: string): readonly string[] | undefined {
  return directives.find((each) => each.name === name)?.args;
}

/** What the container's files say now. */
export class NginxConfig {
  private readonly servers: readonly Directive[];
  private readonly upstreams: readonly Directive[];

  constructor(private readonly context: ProgramContext) {
    const texts = [MAIN, DEFAULT].map((path) => parseConfig(fromUtf8(context.readFile(path) ?? '')));
    this.servers = texts.flatMap((directives) => all(directives, 'server'));
    this.upstreams = texts.flatMap((directives) => all(directives, 'upstream'));
  }

  ports(): readonly number[] {
    const ports = this.servers.flatMap((server) => {
      const listens = (server.block ?? []).filter(({ name }) => name === 'listen');
      return listens.length === 0 ? [80] : listens.map(({ args }) => portOf(args[0] ?? ''));
    });
    return [...new Set(ports)];
  }

  /** The sentence with which nginx does not start: a server behind it that has no address. */
  problem(): string | undefined {
    for (const { where, name, line } of this.hosts()) {
      if (name.includes('$') || this.context.resolve(name).length > 0) continue;
      return `host not found in upstream "${where}" in ${DEFAULT}:${line}`;
    }
    return undefined;
  }

  /** The answer of the server that listens on a port; undefined: the request is for nobody's location. */
  answer(
    request: HttpRequest,
    port: number,
    peer: string,
    files: (root: string, path: string) => HttpAnswer,
  ): HttpAnswer {
    const host = (header(request, 'host') ?? '').replace(/:\d+$/, '');
    const here = this.servers.filter((server) => {
      const listens = (server.block ?? []).filter(({ name }) => name === 'listen');
      return listens.length === 0 ? port === 80 : listens.some(({ args }) => portOf(args[0] ?? '') === port);
    });
    const server = here.find(({ block = [] }) => one(block, 'server_name')?.includes(host)) ?? here[0];
    const block = server?.block ?? [];
    const path = pathOf(request);
    const location = locate(block, path);
    const inner = location?.block ?? [];
    const fill = (text: string): string => this.variables(text, request, peer, port, host);
    const returned = one(inner, 'return') ?? one(block, 'return');
    const extra = [...block, ...inner].filter(({ name }) => name === 'add_header');
    const headers = extra.map(({ args }): [string, string] => [args[0] ?? '', fill(args[1] ?? '')]);
    const dressed = (answer: HttpAnswer): HttpAnswer => ({ ...answer, headers: [...answer.headers, ...headers] });
    if (returned)
      return dressed(this.returned(returned, fill, one(inner, 'default_type') ?? one(block, 'default_type')));
    const proxy = one(inner, 'proxy_pass')?.[0];
    if (proxy !== undefined) return dressed(this.proxied(proxy, location!, inner, request, fill));
    const alias = one(inner, 'alias')?.[0];
    if (alias !== undefined && location) {
      const prefix = location.args.at(-1) ?? '/';
      return dressed(files(alias.replace(/\/$/, ''), `/${path.slice(prefix.length).replace(/^\//, '')}`));
    }
    return dressed(files((one(inner, 'root') ?? one(block, 'root') ?? ['/etc/nginx/html'])[0]!, path));
  }

  private returned(
    args: readonly string[],
    fill: (text: string) => string,
    type: readonly string[] | undefined,
  ): HttpAnswer {
    const status = /^\d{3}$/.test(args[0] ?? '') ? Number(args[0]) : 302;
    const text = fill((/^\d{3}$/.test(args[0] ?? '') ? args[1] : args[0]) ?? '').replaceAll('\\n', '\n');
    if (status >= 301 && status <= 308) return { status, headers: [['Location', text]], body: '' };
    return { status, headers: [['Content-Type', type?.[0] ?? 'application/octet-stream']], body: utf8(text) };
  }

  private proxied(
    to: string,
    location: Directive,
    block: readonly Directive[],
    request: HttpRequest,
    fill: (text: string) => string,
  ): HttpAnswer {
    const [, authority = '', path] = /^https?:\/\/([^/]+)(\/.*)?$/.exec(fill(to)) ?? [];
    const prefix = location.args.at(-1) ?? '/';
    const target = path === undefined ? request.target : path + request.target.slice(prefix.length);
    const given = new Map(
      block
        .filter(({ name }) => name === 'proxy_set_header')
        .map(({ args }) => [args[0]!.toLowerCase(), fill(args[1] ?? '')]),
    );
    const sent: [string, string][] = [['Host', given.get('host') ?? authority]];
    for (const [name, value] of given) if (name !== 'host') sent.push([title(name), value]);
    for (const [name, value] of request.headers) {
      if (!['host', 'connection'].includes(name.toLowerCase()) && !given.has(name.toLowerCase()))
        sent.push([name, value]);
    }
    sent.push(['Connection', 'close']);
    const head = `${request.method} ${target} HTTP/1.0\r\n${sent.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    for (const backend of this.backends(authority)) {
      const answer = this.context.ask(backend.name, backend.port, utf8(head) + request.body);
      if (typeof answer === 'string') return readAnswer(answer);
    }
    return {
      status: 502,
      headers: [['Content-Type', 'text/html']],
      body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
    };
  }

  /** Servers behind a name, the next of an upstream's first. */
  private backends(authority: string): readonly { readonly name: string; readonly port: number }[] {
    const upstream = this.upstreams.find(({ args }) => args[0] === authority);
    if (!upstream) return [hostPort(authority)];
    const servers = (upstream.block ?? [])
      .filter(({ name }) => name === 'server')
      .map(({ args }) => hostPort(args[0] ?? ''));
    const key = `upstream ${authority}`;
    const turn = Number(this.context.state[key] ?? 0);
    this.context.state[key] = turn + 1;
    return servers.map((_, at) => servers[(at + turn) % servers.length]!);
  }

  private hosts(): { where: string; name: string; line: number }[] {
    const named = new Set(this.upstreams.map(({ args }) => args[0]));
    const fromUpstreams = this.upstreams.flatMap(({ block = [] }) =>
      block.filter(({ name }) => name === 'server').map(({ args, line }) => ({ where: args[0] ?? '', line })),
    );
    const proxies = this.servers
      .flatMap(({ block = [] }) => block.filter(({ name }) => name === 'location'))
      .flatMap(({ block = [] }) => block.filter(({ name }) => name === 'proxy_pass'))
      .map(({ args, line }) => ({ where: /^https?:\/\/([^/]+)/.exec(args[0] ?? '')?.[1] ?? '$', line }))
      .filter(({ where }) => !named.has(where));
    return [...fromUpstreams, ...proxies].map(({ where, line }) => {
      const { name } = hostPort(where);
      return { where: where.includes(':') ? name : where, name, line };
    });
  }

  private variables(text: string, request: HttpRequest, peer: string, port: number, host: string): string {
    const { context } = this;
    const known: Readonly<Record<string, string>> = {
      hostname: context.hostname,
      host,
      http_host: header(request, 'host') ?? '',
      remote_addr: peer,
      proxy_add_x_forwarded_for: peer,
      request_uri: request.target,
      uri: pathOf(request),
      request_method: request.method,
      scheme: 'http',
      server_port: String(port),
      server_addr: context.addresses()[1] ?? '127.0.0.1',
      http_user_agent: header(request, 'user-agent') ?? '',
    };
    return text.replace(
      /\$\{?(\w+)\}?/g,
      (whole, name: string) => known[name] ?? (name.startsWith('http_') ? '' : whole),
    );
  }
}

function portOf(listen: string): number {
  return Number(/(\d+)$/.exec(listen)?.[1] ?? 80);
}

function hostPort(authority: string): { readonly name: string; readonly port: number } {
  const [name = '', port = '80'] = authority.split(':');
  return { name, port: Number(port) };
}

function title(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Exact before regular expressions before the longest prefix. */
function locate(block: readonly Directive[], path: string): Directive | undefined {
  const locations = block.filter(({ name }) => name === 'location');
  const exact = locations.find(({ args }) => args[0] === '=' && args[1] === path);
  const prefixes = locations
    .filter(({ args }) => (args.length === 1 || args[0] === '^~') && path.startsWith(args.at(-1) ?? ''))
    .sort((a, b) => (b.args.at(-1) ?? '').length - (a.args.at(-1) ?? '').length);
  const matched = locations.find(
    ({ args }) => (args[0] === '~' || args[0] === '~*') && matches(args[1] ?? '', path, args[0] === '~*'),
  );
  return exact ?? (prefixes[0]?.args[0] === '^~' ? prefixes[0] : (matched ?? prefixes[0]));
}

function matches(pattern: string, path: string, anyCase: boolean): boolean {
  try {
    return new RegExp(pattern, anyCase ? 'i' : '').test(path);
  } catch {
    return false;
  }
}

/** What came back from behind, without the headers that are this connection's own. */
function readAnswer(data: Bytes): HttpAnswer {
  const end = data.indexOf('\r\n\r\n');
  const [first = '', ...lines] = data.slice(0, end < 0 ? undefined : end).split('\r\n');
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    return colon < 0 || /^(?:content-length|connection|server|date)$/i.test(name)
      ? []
      : [[name, line.slice(colon + 1).trim()]];
  });
  return {
    status: Number(/^HTTP\/1\.[01] (\d+)/.exec(first)?.[1] ?? 502),
    headers,
    body: end < 0 ? '' : data.slice(end + 4),
  };
}
