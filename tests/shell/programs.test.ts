import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../src/base/bytes';
import type { SystemFacts } from '../../src/base/process';
import { containerPrograms, hostPrograms, type Programs, shellProcess } from '../../src/shell/index';
import { World, type WorldOptions } from './world';

const ENV = new Map([
  ['PATH', '/usr/bin:/bin'],
  ['HOME', '/root'],
]);

/** What a command line prints, stderr in place, and its status. */
function run(
  text: Bytes,
  options: WorldOptions = {},
  programs: Programs = hostPrograms(),
  prepare?: (world: World) => void,
) {
  const world = new World(options);
  prepare?.(world);
  const status = world.run(shellProcess({ run: { mode: 'command', text }, env: ENV, cwd: '/root', programs }));
  return { out: world.screen, status, seconds: (world.time - 1767603600e6) / 1e6, world };
}

const PAGE = 'HTTP/1.1 200 OK\r\nServer: nginx/1.29\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nhello\n';
const NET: WorldOptions = {
  names: { node1: ['192.168.0.11'], node2: ['192.168.0.12'], localhost: ['127.0.0.1'], web: ['10.0.1.5', '10.0.1.6'] },
  peers: {
    '127.0.0.1:80': () => PAGE,
    '127.0.0.1:81': (sent) =>
      sent.includes('GET /old') ? 'HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n' : PAGE,
    '127.0.0.1:82': () => 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\ngone\n',
    '127.0.0.1:83': () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndef\n\r\n0\r\n\r\n',
    '127.0.0.1:84': () => '',
    '127.0.0.1:85': (sent) => `HTTP/1.1 200 OK\r\nContent-Length: ${sent.length}\r\n\r\n${sent}`,
    '127.0.0.1:86': 'timeout',
    '192.168.0.12:80': 'unreachable',
  },
  pings: { '192.168.0.12': 412, '10.0.1.5': 95 },
};

describe('curl', () => {
  const table: readonly (readonly [string, string, number])[] = [
    ['curl -s localhost', 'hello\n', 0],
    ['curl -s http://localhost:80/', 'hello\n', 0],
    ["curl -s -o /dev/null -w '%{http_code}\\n' http://localhost", '200\n', 0],
    ['curl -sI localhost', PAGE.slice(0, PAGE.indexOf('hello')), 0],
    ['curl -si localhost:82', 'HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\ngone\n', 0],
    ['curl -s localhost:81/old', '', 0],
    ["curl -sL -w '%{num_redirects} %{url_effective}\\n' localhost:81/old", 'hello\n1 http://localhost:81/new\n', 0],
    ['curl -sSf localhost:82', 'curl: (22) The requested URL returned error: 404\n', 22],
    ['curl -s localhost:83', 'abcdef\n', 0],
    ['curl -sS localhost:84', 'curl: (52) Empty reply from server\n', 52],
    [
      'curl -sS localhost:9',
      "curl: (7) Failed to connect to localhost port 9 after 0 ms: Couldn't connect to server\n",
      7,
    ],
    ['curl -sS node2', "curl: (7) Failed to connect to node2 port 80 after 0 ms: Couldn't connect to server\n", 7],
    ['curl -s nosuch', '', 6],
    ['curl -sS nosuch', 'curl: (6) Could not resolve host: nosuch\n', 6],
    [
      'curl -sS localhost:86',
      'curl: (28) Failed to connect to localhost port 86 after 0 ms: Timeout was reached\n',
      28,
    ],
    ['curl', "curl: try 'curl --help' or 'curl --manual' for more information\n", 2],
    [
      'curl --nope x',
      "curl: option --nope: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
      2,
    ],
    [
      "curl -s -X PUT -d a=1 -d b=2 -H 'X-A: y' localhost:85/p?q",
      'PUT /p?q HTTP/1.1\r\nHost: localhost:85\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: 7\r\nContent-Type: application/x-www-form-urlencoded\r\nX-A: y\r\n\r\na=1&b=2',
      0,
    ],
    ["curl -s -o page localhost; cat page; curl -s -w '%{http_code}' localhost:9", 'hello\n000', 7],
  ];
  for (const [command, out, status] of table) {
    it(command, () => expect(run(command, NET)).toMatchObject({ out, status }));
  }

  it('shows its meter when the answer goes into a pipe or a file', () => {
    expect(run('curl localhost | cat', NET).out).toBe(
      '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n' +
        '                                 Dload  Upload   Total   Spent    Left  Speed\n' +
        '\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0' +
        '\r100     6  100     6    0     0      6      0 --:--:-- --:--:-- --:--:--     6\nhello\n',
    );
  });

  it('tries again as often as it is told, a second and two apart', () => {
    const { out, status, seconds } = run('curl -s --retry 2 --retry-connrefused localhost:9', NET);
    expect([out, status, seconds]).toEqual(['', 7, 3]);
  });
});

describe('ping', () => {
  it('on a host prints as iputils does', () => {
    expect(run('ping -c 2 node2', NET).out).toBe(
      [
        'PING node2 (192.168.0.12) 56(84) bytes of data.',
        '64 bytes from node2 (192.168.0.12): icmp_seq=1 ttl=64 time=0.412 ms',
        '64 bytes from node2 (192.168.0.12): icmp_seq=2 ttl=64 time=0.412 ms',
        '',
        '--- node2 ping statistics ---',
        '2 packets transmitted, 2 received, 0% packet loss, time 1000ms',
        'rtt min/avg/max/mdev = 0.412/0.412/0.412/0.000 ms',
        '',
      ].join('\n'),
    );
    expect(run('ping -c 1 -W 1 10.9.9.9', NET)).toMatchObject({ status: 1 });
    expect(run('ping nosuch', NET)).toMatchObject({ out: 'ping: nosuch: Name or service not known\n', status: 2 });
  });

  it('in a small container prints as busybox does', () => {
    const small = containerPrograms('busybox');
    expect(run('ping -c 2 web', NET, small).out).toBe(
      [
        'PING web (10.0.1.5): 56 data bytes',
        '64 bytes from 10.0.1.5: seq=0 ttl=64 time=0.095 ms',
        '64 bytes from 10.0.1.5: seq=1 ttl=64 time=0.095 ms',
        '',
        '--- web ping statistics ---',
        '2 packets transmitted, 2 packets received, 0% packet loss',
        'round-trip min/avg/max = 0.095/0.095/0.095 ms',
        '',
      ].join('\n'),
    );
    expect(run('ping nosuch', NET, small)).toMatchObject({ out: "ping: bad address 'nosuch'\n", status: 1 });
  });

  it('sums up at Ctrl-C', () => {
    const { out, status } = run('ping node2', NET, hostPrograms(), (world) =>
      world.after(1_500_000, () => world.interrupt()),
    );
    expect(out).toContain('\n\n--- node2 ping statistics ---\n2 packets transmitted, 2 received');
    expect(status).toBe(0);
  });

  it('streams into a pipe that closes early', () => {
    expect(run('ping node2 | head -2', NET)).toMatchObject({ status: 0 });
  });
});

describe('ssh', () => {
  const remote = (host: string, command: Bytes | undefined) =>
    shellProcess({
      run: { mode: 'command', text: command ?? '' },
      env: new Map([['HOST', host]]),
      cwd: '/root',
      programs: hostPrograms(),
    });
  const options: WorldOptions = { ...NET, remote };

  it('runs a command there: its words, its streams, its status', () => {
    expect(run("ssh node2 'echo $HOST; exit 3'", options)).toMatchObject({ out: 'node2\n', status: 3 });
    expect(run('echo in | ssh -o StrictHostKeyChecking=no root@node2 cat', options).out).toBe('in\n');
    expect(run('ssh -t node2 echo a  b; ssh node2 nosuch; echo $?', options).out).toBe(
      'a b\nbash: line 1: nosuch: command not found\n127\n',
    );
  });

  it('leaves the input of a loop alone with -n', () => {
    expect(run('printf "1\\n2\\n" | while read n; do ssh -n node2 echo $n; done', options).out).toBe('1\n2\n');
  });

  it('says why it cannot', () => {
    expect(run('ssh node9 true', options)).toMatchObject({
      out: 'ssh: Could not resolve hostname node9: Name or service not known\n',
      status: 255,
    });
    expect(run('ssh node2 true', NET)).toMatchObject({
      out: 'ssh: connect to host node2 port 22: No route to host\n',
      status: 255,
    });
  });
});

describe('programs that follow virtual time', () => {
  it('watch shows a command again and again', () => {
    const { out, seconds } = run('timeout 3 watch -n 1 echo hi');
    expect(seconds).toBe(3);
    expect(out.match(/^Every 1\.0s: echo hi +node1: Mon Jan {2}5 09:00:0\d 2026$/gm)).toHaveLength(3);
    expect(out.match(/^hi$/gm)).toHaveLength(3);
  });

  it('tail -f follows a file', () => {
    const text = '(sleep 1.5; echo b >> log; sleep 1; echo c >> log) & echo a > log; timeout 4 tail -f log';
    expect(run(text).out).toBe('a\nb\nc\n');
  });

  it('timeout ends a command with 124', () => {
    expect(run('timeout 5 sleep 100')).toMatchObject({ status: 124, seconds: 5 });
    expect(run('timeout -s KILL 5 sleep 100')).toMatchObject({ status: 137 });
  });

  it('date, SECONDS and sleep agree', () => {
    expect(run('date; sleep 1m; date +%H:%M:%S; echo $SECONDS').out).toBe(
      'Mon Jan  5 09:00:00 UTC 2026\n09:01:00\n60\n',
    );
  });

  it('time tells how long a pipeline took', () => {
    expect(run('time sleep 1.5').out).toBe('\nreal\t0m1.500s\nuser\t0m0.000s\nsys\t0m0.000s\n');
  });
});

describe('programs that show the machine', () => {
  const facts: Partial<SystemFacts> = {
    interfaces: [
      {
        index: 1,
        name: 'lo',
        mac: '00:00:00:00:00:00',
        mtu: 65536,
        up: true,
        addresses: [{ address: '127.0.0.1', prefix: 8 }],
      },
      {
        index: 2,
        name: 'eth0',
        mac: '02:42:c0:a8:00:0b',
        mtu: 1500,
        up: true,
        addresses: [{ address: '192.168.0.11', prefix: 24, broadcast: '192.168.0.255' }],
      },
    ],
    routes: [
      { destination: 'default', gateway: '192.168.0.1', device: 'eth0' },
      { destination: '192.168.0.0/24', device: 'eth0', source: '192.168.0.11' },
    ],
  };
  const table: readonly (readonly [string, string])[] = [
    [
      'ip addr show eth0',
      '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast state UP group default qlen 1000\n    link/ether 02:42:c0:a8:00:0b brd ff:ff:ff:ff:ff:ff\n    inet 192.168.0.11/24 brd 192.168.0.255 scope global eth0\n       valid_lft forever preferred_lft forever\n',
    ],
    [
      'ip route',
      'default via 192.168.0.1 dev eth0 \n192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.11 \n',
    ],
    ['ip -br a', 'lo               UNKNOWN        127.0.0.1/8 \neth0             UP             192.168.0.11/24 \n'],
    ['ip a show eth9', 'Device "eth9" does not exist.\n'],
    ['hostname; hostname -i; hostname -I', 'node1\n192.168.0.11\n192.168.0.11 \n'],
    ['uname -a; nproc; whoami; id -u', 'Linux node1 6.8.0 #1 SMP x86_64 GNU/Linux\n2\nroot\n0\n'],
    [
      'dig +short web; nslookup nosuch; getent hosts web',
      "10.0.1.5\n10.0.1.6\nServer:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\n** server can't find nosuch: NXDOMAIN\n\n10.0.1.5        web\n10.0.1.6        web\n",
    ],
    ['sudo whoami; sudo -u root nosuch; which ls nosuch', 'root\nsudo: nosuch: command not found\n/usr/bin/ls\n'],
    ['systemctl is-active docker', 'inactive\n'],
    ['lab ls a', 'lab ls a\n'],
  ];
  for (const [command, out] of table) it(command, () => expect(run(command, { ...NET, facts }).out).toBe(out));

  it('refuses what is not there in one sentence', () => {
    for (const name of ['vi', 'nano x', 'openssl x', 'git clone x', 'systemctl reload docker', 'top']) {
      const { out, status } = run(name);
      expect(out.split('\n').length, name).toBe(2);
      expect(status, name).toBe(1);
    }
  });
});

describe('ls on a terminal', () => {
  it('fills columns', () => {
    const world = new World({ tty: true });
    for (let k = 0; k < 14; k++) world.put(`/tmp/file-number-${k}`, '');
    const options = {
      run: { mode: 'command' as const, text: 'ls /tmp' },
      env: ENV,
      cwd: '/root',
      programs: hostPrograms(),
    };
    world.run(shellProcess(options));
    expect(world.screen.split('\n').every((line) => line.length <= 80)).toBe(true);
    expect(world.screen.split('\n').length).toBe(4);
  });

  it('shows long lines', () => {
    const { out } = run('mkdir d; echo hello > f; ls -l', {}, hostPrograms());
    expect(out).toBe(
      'total 8\ndrwxr-xr-x 2 root root 4096 Jan  5 09:00 d\n-rw-r--r-- 1 root root    6 Jan  5 09:00 f\n',
    );
  });
});
