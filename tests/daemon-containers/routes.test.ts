/** Answers recorded from Docker Engine 28.5 stand beside what this engine answers. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../host/machines';
import { Machine } from './machine';

type Fields = Record<string, unknown>;

/** A machine with `web`, nginx on port 9000. */
function withWeb(): Machine {
  const machine = new Machine();
  machine.run({
    name: 'web',
    image: 'nginx',
    config: { Labels: { x: 'y' }, Env: ['A=1'] },
    host: { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '9000' }] } },
  });
  return machine;
}

describe('inspect', () => {
  const machine = withWeb();
  const container = machine.get('GET /containers/web/json').body as Fields;

  it('has the members of dockerd, in its order', () => {
    expect(Object.keys(container)).toEqual(
      'Id Created Path Args State Image ResolvConfPath HostnamePath HostsPath LogPath Name RestartCount Driver Platform MountLabel ProcessLabel AppArmorProfile ExecIDs HostConfig GraphDriver Mounts Config NetworkSettings'.split(
        ' ',
      ),
    );
    expect(Object.keys(container['State'] as Fields)).toEqual(
      'Status Running Paused Restarting OOMKilled Dead Pid ExitCode Error StartedAt FinishedAt'.split(' '),
    );
    expect(Object.keys(container['HostConfig'] as Fields)).toEqual(
      'Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove VolumeDriver VolumesFrom ConsoleSize CapAdd CapDrop CgroupnsMode Dns DnsOptions DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts ReadonlyRootfs SecurityOpt UTSMode UsernsMode ShmSize Runtime Isolation CpuShares Memory NanoCpus CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus CpusetMems Devices DeviceCgroupRules DeviceRequests MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth MaskedPaths ReadonlyPaths'.split(
        ' ',
      ),
    );
    expect(Object.keys(container['Config'] as Fields)).toEqual(
      'Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd Image Volumes WorkingDir Entrypoint OnBuild Labels StopSignal'.split(
        ' ',
      ),
    );
    expect(Object.keys(container['NetworkSettings'] as Fields)).toEqual(
      'Bridge SandboxID SandboxKey Ports HairpinMode LinkLocalIPv6Address LinkLocalIPv6PrefixLen SecondaryIPAddresses SecondaryIPv6Addresses EndpointID Gateway GlobalIPv6Address GlobalIPv6PrefixLen IPAddress IPPrefixLen IPv6Gateway MacAddress Networks'.split(
        ' ',
      ),
    );
  });

  it('tells addresses and ports, for both families', () => {
    expect(container['NetworkSettings']).toMatchObject({
      IPAddress: '172.17.0.2',
      Gateway: '172.17.0.1',
      Ports: {
        '80/tcp': [
          { HostIp: '0.0.0.0', HostPort: '9000' },
          { HostIp: '::', HostPort: '9000' },
        ],
      },
      Networks: { bridge: { IPAddress: '172.17.0.2', IPPrefixLen: 16, Aliases: null, DNSNames: null } },
    });
  });
});

describe('lists', () => {
  it('show state, ports and command as docker ps prints them', () => {
    const machine = withWeb();
    machine.advance(3 * SECOND);
    const [row] = machine.get('GET /containers/json').body as Fields[];
    expect(Object.keys(row!)).toEqual(
      'Id Names Image ImageID Command Created Ports Labels State Status HostConfig NetworkSettings Mounts'.split(' '),
    );
    expect(row).toMatchObject({
      Names: ['/web'],
      Image: 'nginx',
      Command: "/docker-entrypoint.sh nginx -g 'daemon off;'",
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 9000, Type: 'tcp' },
        { IP: '::', PrivatePort: 80, PublicPort: 9000, Type: 'tcp' },
      ],
      State: 'running',
      Status: 'Up 3 seconds',
    });
  });

  it('show only what runs, unless asked, newest first', () => {
    const machine = withWeb();
    machine.run({ name: 'done', image: 'alpine', command: ['false'] });
    const names = (line: string): string[] => (machine.get(line).body as Fields[]).map((row) => String(row['Names']));
    expect(names('GET /containers/json')).toEqual(['/web']);
    expect(names('GET /containers/json?all=1')).toEqual(['/done', '/web']);
    expect(names('GET /containers/json?limit=1')).toEqual(['/done']);
    const filtered = (filters: Parameters<Machine['filters']>[0]): string[] =>
      names(`GET /containers/json?all=1&${machine.filters(filters)}`);
    expect(filtered({ name: ['e'] })).toEqual(['/done', '/web']);
    expect(filtered({ name: ['^/we'] })).toEqual(['/web']);
    expect(filtered({ label: ['x=y'] })).toEqual(['/web']);
    expect(filtered({ status: ['exited'], exited: ['1'] })).toEqual(['/done']);
    expect(filtered({ ancestor: ['alpine'] })).toEqual(['/done']);
    expect(filtered({ publish: ['9000'] })).toEqual(['/web']);
    expect(filtered({ since: ['web'] })).toEqual(['/done']);
    expect(filtered({ before: ['done'] })).toEqual(['/web']);
  });

  it.each([
    [
      { status: ['foo'] },
      "400 invalid filter 'status=foo': invalid value for state (foo): must be one of created, running, paused, restarting, removing, exited, dead",
    ],
    [{ nosuch: ['foo'] }, "400 invalid filter 'nosuch'"],
    [{ since: ['foo'] }, '404 No such container: foo'],
  ])('refuse %j', (filters, expected) => {
    const machine = new Machine();
    expect(machine.get(`GET /containers/json?${machine.filters(filters)}`).shown).toBe(expected);
  });
});

describe('refusals, in the words of dockerd', () => {
  const machine = withWeb();
  machine.run({ name: 'ended', image: 'alpine', command: ['false'] });
  const id = (name: string): string => machine.engine().containers.byName(name)!.id;
  const image = { Image: 'nginx' };

  it.each([
    ['GET /containers/nosuch/json', undefined, '404 No such container: nosuch'],
    ['POST /containers/nosuch/kill', undefined, '404 cannot kill container: nosuch: No such container: nosuch'],
    [
      'POST /containers/ended/kill',
      undefined,
      `409 cannot kill container: ended: container ${id('ended')} is not running`,
    ],
    ['POST /containers/web/kill?signal=FOO', undefined, '400 cannot kill container: web: invalid signal: FOO'],
    [
      'POST /containers/web/rename?name=ended',
      undefined,
      `409 Error when allocating new name: Conflict. The container name "/ended" is already in use by container "${id('ended')}". You have to remove (or rename) that container to be able to reuse that name.`,
    ],
    [
      'DELETE /containers/web',
      undefined,
      '409 cannot remove container "web": container is running: stop the container before removing or force remove',
    ],
    ['POST /containers/ended/exec', { Cmd: ['ls'] }, `409 container ${id('ended')} is not running`],
    ['POST /containers/web/exec', { Cmd: [] }, '400 No exec command specified'],
    ['GET /containers/ended/top', undefined, `409 container ${id('ended')} is not running`],
    ['GET /containers/web/logs', undefined, '400 Bad parameters: you must choose at least one stream'],
    ['POST /containers/web/wait?condition=x', undefined, '400 invalid condition: "x"'],
    ['POST /containers/create', { Image: 'nosuch' }, '404 No such image: nosuch:latest'],
    [
      'POST /containers/create',
      { ...image, WorkingDir: 'rel' },
      "400 the working directory 'rel' is invalid, it needs to be an absolute path",
    ],
    ['POST /containers/create', { ...image, HostConfig: { Memory: 1000 } }, '400 Minimum memory limit allowed is 6MB'],
    [
      'POST /containers/create',
      { ...image, HostConfig: { RestartPolicy: { Name: 'x' } } },
      "400 invalid restart policy: unknown policy 'x'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    ],
    [
      'POST /containers/create',
      { ...image, HostConfig: { Mounts: [{ Type: 'bind', Source: '/nosuchdir', Target: '/y' }] } },
      '400 invalid mount config for type "bind": bind source path does not exist: /nosuchdir',
    ],
    [
      'POST /containers/create',
      { ...image, HostConfig: { Binds: ['rel/x:/x'] } },
      '400 create rel/x: "rel/x" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
    ],
    [
      'POST /containers/create',
      { ...image, HostConfig: { PidMode: 'host' } },
      '501 --pid is not modelled by this playground',
    ],
    [
      'POST /containers/create',
      { ...image, NetworkingConfig: { EndpointsConfig: { bridge: { IPAMConfig: { IPv4Address: '172.17.0.9' } } } } },
      '400 invalid config for network bridge: invalid endpoint settings:\n* user specified IP address is supported on user defined networks only\n* user specified IP address is supported only when connecting to networks with user configured subnets',
    ],
    [
      'POST /containers/create',
      { Image: 5 },
      '400 invalid JSON: json: cannot unmarshal number into Go struct field CreateRequest.Image of type string',
    ],
    ['POST /containers/create', undefined, '400 invalid JSON: got EOF while reading request body'],
    ['GET /volumes/nosuch', undefined, '404 get nosuch: no such volume'],
    ['DELETE /volumes/nosuch', undefined, '404 get nosuch: no such volume'],
    ['DELETE /images/nosuch', undefined, '404 No such image: nosuch:latest'],
    ['GET /images/nosuch/json', undefined, '404 No such image: nosuch:latest'],
    [
      'POST /images/create?fromImage=redis&tag=nosuchtag',
      undefined,
      '404 manifest for redis:nosuchtag not found: manifest unknown: manifest unknown',
    ],
    ['GET /distribution/redis:nosuchtag/json', undefined, '404 manifest unknown: manifest unknown'],
    ['GET /exec/nosuch/json', undefined, '404 No such exec instance: nosuch'],
    ['POST /networks/nosuch/connect', { Container: 'web' }, '404 network nosuch not found'],
    [
      'POST /networks/bridge/connect',
      { Container: 'web' },
      '403 endpoint with name web already exists in network bridge',
    ],
    [
      'POST /networks/none/connect',
      { Container: 'web' },
      '403 container cannot be connected to multiple networks with one of the networks in private (none) mode',
    ],
    [
      'POST /networks/host/disconnect',
      { Container: 'web' },
      `403 container ${id('web')} is not connected to network host`,
    ],
  ])('%s', (line, body, expected) => {
    expect(machine.get(line, body).shown).toBe(expected);
  });

  it('of a container whose network does not exist comes at its start', () => {
    const created = machine.get('POST /containers/create?name=lost', {
      ...image,
      HostConfig: { NetworkMode: 'nosuchnet' },
    });
    expect(created.status).toBe(201);
    expect(machine.get('POST /containers/lost/start').shown).toBe(
      '404 failed to set up container networking: network nosuchnet not found',
    );
  });
});

describe('life by requests', () => {
  it('starts, says 304 when there is nothing to do, stops, waits, removes', () => {
    const machine = withWeb();
    expect(machine.get('POST /containers/web/start').status).toBe(304);
    const wait = machine.ask('POST /containers/web/wait?condition=not-running');
    expect([wait.status, wait.ended]).toEqual([200, false]);
    expect(machine.get('POST /containers/web/stop').status).toBe(204);
    expect(wait.text()).toBe('{"StatusCode":0}\n');
    expect(machine.get('POST /containers/web/stop').status).toBe(304);
    expect(machine.get('POST /containers/web/restart').status).toBe(204);
    expect(machine.get('DELETE /containers/web?force=1').status).toBe(204);
    expect(machine.get('GET /containers/web/json').status).toBe(404);
  });

  it('streams a pull as dockerd does', () => {
    const machine = new Machine();
    const pull = machine.get('POST /images/create?fromImage=docker.io/library/alpine&tag=latest');
    expect([pull.status, pull.contentType]).toEqual([200, 'application/json']);
    expect(pull.text().split('\n')[0]).toBe('{"status":"Pulling from library/alpine","id":"latest"}');
    expect(pull.text()).toContain('"progress":"[==');
    expect(pull.text()).toContain('{"status":"Status: Downloaded newer image for alpine:latest"}');
  });
});

describe('streams', () => {
  it('attach before the start gets all output, then the end', () => {
    const machine = new Machine();
    machine.pull('alpine');
    machine.get('POST /containers/create?name=once', { Image: 'alpine', Cmd: ['echo', 'hello'] });
    const attach = machine.ask('POST /containers/once/attach?stream=1&stdout=1&stderr=1', undefined, { hijack: true });
    expect([attach.status, attach.contentType]).toEqual([101, 'application/vnd.docker.multiplexed-stream']);
    machine.get('POST /containers/once/start');
    machine.advance(SECOND);
    expect([attach.text('stdout'), attach.ended]).toEqual(['hello\n', true]);
  });

  it('attach carries input to the process, also what came too early', () => {
    const machine = new Machine();
    machine.pull('alpine');
    machine.get('POST /containers/create?name=in', { Image: 'alpine', Cmd: ['cat'], OpenStdin: true });
    const attach = machine.ask('POST /containers/in/attach?stream=1&stdin=1&stdout=1', undefined, { hijack: true });
    attach.send('early ');
    machine.get('POST /containers/in/start');
    attach.send('late');
    attach.finish();
    expect(machine.shellCalls[0]!.input).toEqual(['early ', 'late', '<end>']);
  });

  it('logs follow a container to its end, with times when asked', () => {
    const machine = withWeb();
    const logs = machine.ask('GET /containers/web/logs?stdout=1&stderr=1&follow=1&tail=1&timestamps=1');
    expect(logs.text()).toMatch(/^2026-01-05T09:01:00\.\d{9}Z .*start worker process 30\n$/);
    machine.get('POST /containers/web/stop');
    machine.advance(SECOND);
    expect([logs.ended, logs.text()]).toEqual([true, expect.stringContaining('SIGQUIT')]);
  });

  it('exec runs in the shell and tells its status afterwards', () => {
    const machine = withWeb();
    const created = machine.get('POST /containers/web/exec', {
      Cmd: ['sh', '-c', 'exit 3'],
      AttachStdout: true,
      AttachStderr: true,
    });
    const id = (created.body as { Id: string }).Id;
    const start = machine.ask(`POST /exec/${id}/start`, { Detach: false, Tty: false }, { hijack: true });
    const [call] = machine.shellCalls;
    expect(call!.run).toMatchObject({ argv: ['sh', '-c', 'exit 3'], init: false, stdin: false });
    call!.output.output('stderr', 'oops\n');
    call!.output.exited(3);
    expect([start.status, start.text('stderr'), start.ended]).toEqual([101, 'oops\n', true]);
    expect(machine.get(`GET /exec/${id}/json`).body).toMatchObject({ Running: false, ExitCode: 3 });
    expect(machine.get(`POST /exec/${id}/start`, {}).shown).toBe(`409 exec command ${id} has already run`);
  });

  it('exec of a program that the image lacks writes why into the stream, status 127', () => {
    const machine = withWeb();
    const created = machine.get('POST /containers/web/exec', { Cmd: ['nosuch'], AttachStdout: true });
    const id = (created.body as { Id: string }).Id;
    const start = machine.ask(`POST /exec/${id}/start`, {}, { hijack: true });
    expect(start.text()).toBe(
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH\r\n',
    );
    expect(machine.get(`GET /exec/${id}/json`).body).toMatchObject({ ExitCode: 127 });
  });

  it('a command ends with its container', () => {
    const machine = withWeb();
    const created = machine.get('POST /containers/web/exec', { Cmd: ['sh'], AttachStdout: true, AttachStdin: true });
    const id = (created.body as { Id: string }).Id;
    const start = machine.ask(`POST /exec/${id}/start`, {}, { hijack: true });
    machine.get('POST /containers/web/kill');
    machine.advance(SECOND);
    expect([start.ended, machine.shellCalls[0]!.signals]).toEqual([true, ['KILL']]);
  });
});

describe('events', () => {
  it('tell a container’s life in dockerd’s order and attributes', () => {
    const machine = new Machine();
    machine.pull('alpine');
    const events = machine.ask('GET /events');
    const id = machine.run({ name: 'one', image: 'alpine', command: ['false'], config: { Labels: { x: 'y' } } });
    machine.get('DELETE /containers/one');
    const seen = events.items.map((item) => ('json' in item ? (item.json as Fields) : {}));
    expect(seen.map((event) => `${event['Type']} ${event['Action']}`)).toEqual([
      'container create',
      'network connect',
      'container start',
      'network disconnect',
      'container die',
      'container destroy',
    ]);
    expect(seen[4]).toMatchObject({
      status: 'die',
      id,
      from: 'alpine',
      Actor: { ID: id, Attributes: { execDuration: '0', exitCode: '1', image: 'alpine', name: 'one', x: 'y' } },
      scope: 'local',
    });
    expect(Object.keys(seen[4]!)).toEqual([
      'status',
      'id',
      'from',
      'Type',
      'Action',
      'Actor',
      'scope',
      'time',
      'timeNano',
    ]);
    expect(Number.isSafeInteger(Number(seen[4]!['time']))).toBe(true);
  });

  it('of the past end at once when the future is not asked for', () => {
    const machine = withWeb();
    const until = machine.simulation.now / SECOND;
    const past = machine.get(`GET /events?since=0&until=${until}&${machine.filters({ type: ['image'] })}`);
    expect(past.text()).toMatch(/^\{"status":"pull","id":"nginx:latest","Type":"image","Action":"pull",.*\}\n$/);
    expect(past.ended).toBe(true);
  });
});

describe('volumes', () => {
  it('are created once, listed with their place, and kept while used', () => {
    const machine = withWeb();
    const created = machine.get('POST /volumes/create', { Name: 'v1', Driver: 'local' });
    expect(Object.keys(created.body as Fields)).toEqual(
      'CreatedAt Driver Labels Mountpoint Name Options Scope'.split(' '),
    );
    expect(created.body).toMatchObject({
      Mountpoint: '/var/lib/docker/volumes/v1/_data',
      CreatedAt: '2026-01-05T09:01:01Z',
    });
    const id = machine.run({ name: 'user', image: 'alpine', command: ['sleep', '9'], host: { Binds: ['v1:/data'] } });
    expect(machine.get('DELETE /volumes/v1').shown).toBe(`409 remove v1: volume is in use - [${id}]`);
    expect((machine.get('GET /volumes').body as { Volumes: Fields[] }).Volumes.map((v) => v['Name'])).toEqual(['v1']);
  });
});

describe('images', () => {
  it('are inspected in dockerd’s order', () => {
    const machine = withWeb();
    const image = machine.get('GET /images/nginx/json').body as Fields;
    expect(Object.keys(image)).toEqual(
      'Id RepoTags RepoDigests Parent Comment Created DockerVersion Author Architecture Os Size GraphDriver RootFS Metadata Config'.split(
        ' ',
      ),
    );
    const [row] = machine.get('GET /images/json').body as Fields[];
    expect(Object.keys(row!)).toEqual(
      'Containers Created Id Labels ParentId RepoDigests RepoTags SharedSize Size'.split(' '),
    );
    expect(machine.get('GET /distribution/nginx/json').body).toMatchObject({
      Descriptor: { digest: String(row!['RepoDigests']).split('@')[1] },
      Platforms: [{ architecture: 'amd64', os: 'linux' }],
    });
  });
});
