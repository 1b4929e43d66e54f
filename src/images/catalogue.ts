/** The repositories that exist, with their tags, sizes, settings and programs. Names and ports as on Docker Hub. */
import { CONSOLES, LESSONS, STORES } from './applications';
import {
  type AppOptions,
  app,
  application,
  groups,
  kB,
  MB,
  PATH,
  type Repository,
  SECOND,
  split,
  system,
  withAlpine,
} from './build';
import { redis } from './programs/redis';
import { registry } from './programs/registry';
import { mib } from './programs/server';
import * as services from './programs/services';
import * as web from './programs/web';

const NETSHOOT = 'zsh bash curl dig drill host ab brctl telnet traceroute jq tcpdump ngrep'.split(' ');
/** There, and not modelled. */
const NETSHOOT_MORE = 'iperf iperf3 mtr nmap ethtool ipvsadm conntrack iptables ss'.split(' ');

const isAlpine = (tag: string): boolean => tag === 'alpine' || tag.endsWith('-alpine');

const NGINX_TAGS =
  '1.29.3,1.29,1,latest,mainline 1.28.0,1.28,stable 1.27.5,1.27 1.26.3,1.26 1.25.5,1.25 1.24.0,1.24 1.23.4,1.23 1.21.6,1.21 1.19.10,1.19 1.17.10,1.17 1.14.2,1.14';

const nginx: Repository = {
  name: 'nginx',
  tags: withAlpine(NGINX_TAGS),
  build: (tag) => {
    const version = tag.replace(/-alpine$/, '');
    const build = application(
      {
        base: isAlpine(tag) ? 'alpine' : 'debian',
        size: isAlpine(tag) ? MB(18.6) : MB(30.1),
        entrypoint: ['/docker-entrypoint.sh'],
        command: ['nginx', '-g', 'daemon off;'],
        ports: [80],
        env: [`NGINX_VERSION=${version}`, 'PKG_RELEASE=1~bookworm'],
        stopSignal: 'SIGQUIT',
        wrappers: ['/docker-entrypoint.sh'],
        tools: ['curl'],
        files: web.NGINX_FILES,
      },
      'nginx',
      web.nginx(version),
    );
    return { ...build, programs: ['/usr/sbin/nginx', '/usr/bin/curl'] };
  },
};

const REDIS_TAGS =
  '8.2.3,8.2,8,latest 8.0.5,8.0 7.4.7,7.4,7 7.4.1 7.4.0 7.2.11,7.2 7.0.15,7.0 6.2.21,6.2,6 6.0.20,6.0 5.0.14,5.0,5 4.0.14,4.0,4 3.2.12,3.2,3 3.0.7,3.0 3.0.6 2.8.23,2.8';

const redisRepository: Repository = {
  name: 'redis',
  tags: withAlpine(REDIS_TAGS),
  build: (tag) => {
    const version = tag.replace(/-alpine$/, '');
    const script = version.startsWith('3.0') || version.startsWith('2.') ? '/entrypoint.sh' : 'docker-entrypoint.sh';
    return application(
      {
        base: isAlpine(tag) ? 'alpine' : 'debian',
        size: isAlpine(tag) ? MB(13.4) : MB(17.2),
        entrypoint: [script],
        command: ['redis-server'],
        ports: [6379],
        env: [`REDIS_VERSION=${version}`],
        workdir: '/data',
        volumes: ['/data'],
        wrappers: [script],
        tools: ['redis-cli'],
        files: [
          ['/usr/local/bin/redis-cli', '#!'],
          ['/data/', ''],
        ],
      },
      'redis-server',
      redis(version),
    );
  },
};

const POSTGRES_TAGS =
  '18.1,18,latest 17.7,17 16.11,16 15.15,15 14.20,14 13.23,13 12.22,12 11.22,11 10.23,10 9.6.24,9.6,9 9.5.25,9.5 9.4.26,9.4';

const postgresRepository: Repository = {
  name: 'postgres',
  tags: withAlpine(POSTGRES_TAGS),
  build: (tag) => {
    const version = tag.replace(/-alpine$/, '');
    return application(
      {
        base: isAlpine(tag) ? 'alpine' : 'debian',
        size: isAlpine(tag) ? MB(101) : MB(128),
        entrypoint: ['docker-entrypoint.sh'],
        command: ['postgres'],
        ports: [5432],
        env: [`PG_MAJOR=${version.split('.')[0]}`, `PG_VERSION=${version}`, 'PGDATA=/var/lib/postgresql/data'],
        volumes: ['/var/lib/postgresql/data'],
        stopSignal: 'SIGINT',
        wrappers: ['docker-entrypoint.sh'],
      },
      'postgres',
      services.postgres(version, !version.startsWith('9.4') && !version.startsWith('9.5')),
    );
  },
};

const httpdRepository: Repository = {
  name: 'httpd',
  tags: withAlpine('2.4.65,2.4,2,latest'),
  build: (tag) =>
    application(
      {
        base: isAlpine(tag) ? 'alpine' : 'debian',
        size: isAlpine(tag) ? MB(17) : MB(15.5),
        command: ['httpd-foreground'],
        ports: [80],
        env: ['HTTPD_PREFIX=/usr/local/apache2', 'HTTPD_VERSION=2.4.65'],
        workdir: '/usr/local/apache2',
        stopSignal: 'SIGWINCH',
        files: web.HTTPD_FILES,
      },
      'httpd-foreground',
      web.httpd,
    ),
};

const whoami = web.whoami({ port: 80, ipv6: true });
const whoamiOld = web.whoami({ port: 80, ipv6: false });
const WHOAMI: AppOptions = { base: 'scratch', size: MB(2.9), entrypoint: ['/whoami'], command: [], ports: [80] };

const VISUALIZER: AppOptions = {
  base: 'alpine',
  size: MB(62),
  entrypoint: ['/sbin/tini', '--'],
  command: ['node', '/app/server.js'],
  ports: [8080],
  env: ['NODE_ENV=production', 'MS=1000'],
  workdir: '/app',
  wrappers: ['/sbin/tini', '--'],
  health: { Test: ['CMD-SHELL', 'node /app/healthcheck.js'], Interval: 10 * SECOND, StartPeriod: 5 * SECOND },
};

const PYTHON: Pick<AppOptions, 'base' | 'env'> = { base: 'debian', env: ['LANG=C.UTF-8', 'PYTHON_VERSION=3.11.14'] };
const GUNICORN = [
  'gunicorn',
  'app:app',
  '-b',
  '0.0.0.0:80',
  '--log-file',
  '-',
  '--access-logfile',
  '-',
  '--workers',
  '4',
  '--keep-alive',
  '0',
];

const votingApp: readonly Repository[] = [
  {
    name: 'dockersamples/examplevotingapp_vote',
    tags: groups('before,latest after'),
    build: (tag) =>
      application(
        { ...PYTHON, size: MB(58), command: GUNICORN, ports: [80], workdir: '/usr/local/app', tools: ['curl'] },
        'gunicorn',
        tag === 'after' ? services.vote('Java', '.NET') : services.vote('Cats', 'Dogs'),
      ),
  },
  app('dockersamples/examplevotingapp_result', 'before,latest after', 'node', services.result, {
    size: MB(66),
    entrypoint: ['/usr/bin/tini', '--'],
    command: ['node', 'server.js'],
    ports: [80],
    env: ['PORT=80'],
    workdir: '/usr/local/app',
    wrappers: ['/usr/bin/tini', '--'],
  }),
  app('dockersamples/examplevotingapp_worker', 'latest dotnet', 'dotnet', services.voteWorker, {
    size: MB(75),
    entrypoint: ['dotnet', 'Worker.dll'],
    command: [],
    workdir: '/app',
  }),
];

const dockercoins: readonly Repository[] = ['rng', 'hasher', 'worker', 'webui'].map((name) => {
  const command =
    name === 'hasher' ? ['ruby', 'hasher.rb'] : name === 'webui' ? ['node', 'webui.js'] : ['python', `${name}.py`];
  const listens = name === 'worker' ? {} : { ports: [80] };
  const options: AppOptions = { base: 'alpine', size: MB(24), command, ...listens };
  return app(`dockercoins/${name}`, 'v0.1,latest v0.2', command[0]!, services.dockercoin(name), options);
});

export const REPOSITORIES: readonly Repository[] = [
  system(
    'alpine',
    '3.22.2,3.22,3,latest 3.21.5,3.21 3.20.8,3.20 3.19.9,3.19 3.18.12,3.18 3.17.10,3.17 3.16.9,3.16 3.12.12,3.12 3.6.5,3.6 edge',
    'alpine',
    0,
    '/bin/sh',
  ),
  system('busybox', '1.37.0,1.37,1,latest,stable,uclibc,glibc,musl 1.36.1,1.36 1.35.0,1.35', 'busybox', 0, 'sh'),
  system(
    'debian',
    '13.2,13,trixie,latest,stable trixie-slim,stable-slim 12.12,12,bookworm bookworm-slim',
    'debian',
    0,
    'bash',
  ),
  system(
    'ubuntu',
    '24.04,noble,latest 25.10,rolling 22.04,jammy 20.04,focal 18.04,bionic 16.04,xenial',
    'debian',
    MB(1.4),
    '/bin/bash',
  ),
  system('python', '3.14,3,latest 3.13 3.12 3.11 3-slim,slim 3-alpine,alpine 3.4-alpine', 'debian', MB(45), 'python3'),
  system('node', '24,lts,latest 22 20 alpine', 'debian', MB(60), 'node'),
  system('docker', '28.5.2,28.5,28,latest,cli,dind', 'alpine', MB(55), 'sh'),
  nginx,
  redisRepository,
  httpdRepository,
  postgresRepository,
  app('traefik/whoami', 'v1.11.0,v1.11,latest v1.10.4,v1.10', 'whoami', whoami, WHOAMI),
  app('containous/whoami', 'v1.5.0,latest', 'whoami', whoami, WHOAMI),
  app('emilevauge/whoami', 'latest', 'whoami', whoamiOld, { ...WHOAMI, entrypoint: ['/whoamI'] }),
  app('jwilder/whoami', 'latest', 'http', web.whoamiLine, {
    base: 'scratch',
    size: MB(4),
    command: ['/app/http'],
    ports: [8000],
  }),
  app('dockersamples/visualizer', 'stable,latest', 'node', services.visualizer, VISUALIZER),
  ...votingApp,
  ...dockercoins,
  ...CONSOLES,
  ...STORES,
  ...LESSONS,
  {
    name: 'nginxdemos/hello',
    tags: groups('plain-text'),
    build: () =>
      application(
        {
          base: 'alpine',
          size: MB(17),
          entrypoint: ['/docker-entrypoint.sh'],
          command: ['nginx', '-g', 'daemon off;'],
          ports: [80],
          wrappers: ['/docker-entrypoint.sh'],
          stopSignal: 'SIGQUIT',
        },
        'nginx',
        web.helloPage(true),
      ),
  },
  app('registry', '2.8.3,2.8,2 3.0.0,3,latest', 'registry', registry, {
    base: 'alpine',
    size: MB(9.4),
    entrypoint: ['/entrypoint.sh'],
    command: ['/etc/docker/registry/config.yml'],
    ports: [5000],
    volumes: ['/var/lib/registry'],
    wrappers: ['/entrypoint.sh'],
  }),
  {
    name: 'nicolaka/netshoot',
    tags: groups('v0.14,latest'),
    build: () => ({
      base: 'alpine',
      layers: split(MB(180)),
      config: { Env: [PATH, 'HOSTNAME=netshoot'], Cmd: ['zsh'], WorkingDir: '/root' },
      programs: [...NETSHOOT, ...NETSHOOT_MORE].map((name) => `/usr/bin/${name}`),
      runs: new Map(),
      tools: NETSHOOT,
    }),
  },
  app('hello-world', 'linux,latest', 'hello', services.helloWorld, {
    base: 'scratch',
    size: kB(3),
    command: ['/hello'],
  }),
  app('swarmpit/swarmpit', '1.9,latest', 'java', services.consolePage('swarmpit', 8080, mib(300), '', 'Swarmpit'), {
    size: MB(150),
    command: ['java', '-jar', 'swarmpit.jar'],
    ports: [8080],
  }),
];
