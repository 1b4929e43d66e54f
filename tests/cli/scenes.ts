/**
 * Command lines and an engine that answers from a table: run once with docker 28.2.2 by tools/record-docker.ts, which
 * writes recorded.json, and in every test with ours.
 */
import { OBJECT_SCENES } from './object-scenes';
import { line, lines, type Scene } from './scene';
import { MANAGED, OUTSIDE, refusal } from './scene-engine';

export const SCENES: readonly Scene[] = [
  {
    name: 'a manager answers',
    answers: MANAGED,
    commands: [
      ...lines(`
        version
        version --format json
        version --format '{{.Server.Version}} {{.Client.Version}}'
        version --format '{{.Nope}}'
        version --format '{{.Server'
        version --format '{{range .Server.Components}}{{.Name}} {{end}}'
        info
        system info
        info --format '{{.Swarm.LocalNodeState}} {{.ClientInfo.Context}}'
        info --format '{{.ClientInfo.Version}}'
        info --format '{{json .Swarm}}'
        info --format '{{.Nope}}'
        info --format '{{if}}'
        info -f json
        swarm init
        swarm init --advertise-addr eth0 --listen-addr :2378 --availability drain --task-history-limit 9 --cert-expiry 24h
        swarm init --autolock --default-addr-pool 10.20.0.0/16 --default-addr-pool 10.30.0.0/16,10.40.0.0/16 --default-addr-pool-mask-length 26
        swarm init --availability Pause
        swarm init --availability none
        swarm init --default-addr-pool 10.20.0.0
        swarm init --data-path-port 99999999999
        swarm init --listen-addr foo:bar
        swarm init --external-ca foo
        swarm init --external-ca protocol=cfssl
        swarm init --external-ca protocol=x,url=y
        swarm init extra
        swarm join
        swarm join --token SWMTKN-1-worker 192.168.0.12:2377
        swarm join --token=SWMTKN-1-worker --advertise-addr 192.168.0.13 --availability drain 192.168.0.12:2377
        swarm join a b
        swarm join-token worker
        swarm join-token manager
        swarm join-token -q worker
        swarm join-token --quiet manager
        swarm join-token foo
        swarm join-token
        swarm join-token --rotate worker
        swarm join-token --rotate -q manager
        swarm leave
        swarm leave --force
        swarm leave -f
        swarm update
        swarm update --autolock
        swarm update --autolock=false
        swarm update --task-history-limit 2 --dispatcher-heartbeat 10s --snapshot-interval 5000 --max-snapshots 3
        swarm update --cert-expiry x
        swarm update --task-history-limit x
        swarm unlock-key
        swarm unlock-key -q
        swarm unlock-key --rotate
        swarm unlock
        swarm ca
        swarm ca --cert-expiry 24h
        swarm ca --ca-cert /none
        swarm ca --rotate --detach
        swarm ca --rotate
        swarm ca --rotate -q
        node ls
        node list
        node ls -q
        node ls --format '{{.Hostname}} {{.Self}} {{.TLSStatus}}'
        node ls --format 'table {{.ID}}\\t{{.ManagerStatus}}'
        node ls --format json
        node ls --format raw
        node ls --filter role=manager --filter name=node1 -f 'Membership= accepted '
        node ls --filter ''
        node ls --filter foo
        node ls --format '{{.Nope}}'
        node ls -q --format '{{.Hostname}}'
        node inspect node1
        node inspect self
        node inspect self --pretty
        node inspect node2 --pretty
        node inspect node1 node2 --format '{{.Status.State}}'
        node inspect node1 none
        node inspect none --pretty
        node inspect --pretty node1 none
        node inspect --format 'pretty x' node1
        node inspect -f '{{.Spec.Role}} {{.ManagerStatus.Leader}}' node1
        node inspect -f '{{.ManagerStatus.Leader}}' node2
        node inspect --format json node1
        node inspect
        node ps
        node ps node1
        node ps node1 node2
        node ps none
        node ps none node1
        node ps -q
        node ps --no-trunc --no-resolve
        node ps --filter desired-state=running
        node ps --format '{{.Name}} {{.CurrentState}}'
        node update --availability drain node1
        node update --label-add zone=b --label-add x --label-rm empty node1
        node update --label-rm nope node1
        node update --role worker node1
        node update node1
        node update none
        node update
        node promote node1 node2
        node promote none node2
        node demote node1
        node demote node2
        node rm node2
        node rm --force node2
        node rm node1 node2
        node remove node2
        network ls
        network ls -q
        network ls --no-trunc
        network ls --filter driver=overlay --format '{{.Name}}'
        network inspect web_net
        network inspect web_net none
        network inspect -v web_net -f '{{.Driver}}'
        network inspect web_net -f '{{.Nope}}'
        network create -d overlay --attachable web
        network create -d overlay --subnet 10.1.0.0/16 --gateway 10.1.0.1 --ip-range 10.1.2.0/24 --aux-address a=10.1.0.9 -o encrypted --opt x=y --label l=v --internal web
        network create --subnet 10.1.0.0/16 --subnet 10.1.2.0/24 web
        network create --subnet 10.1.0.0/16 --gateway 10.2.0.1 web
        network create --subnet 10.1.0.0/16 --ip-range 10.2.0.0/24 web
        network create --subnet 10.1.0.0/16 --ip-range 10.2.0.0 web
        network create --subnet foo web
        network create --subnet foo --subnet bar web
        network create --gateway 10.1.0.1 web
        network create --label =x web
        network create --ipv4=false --ipv6 --scope swarm --config-from other web
        network create
        network rm web_net
        network rm web_net none
        network rm -f none
        network rm none
        network connect web_net c1
        network connect --alias a --alias b,c --ip 10.0.0.9 --driver-opt x=y web_net c1
        network connect --driver-opt x web_net c1
        network connect web_net
        network disconnect -f web_net c1
        network prune -f
        network prune --force --filter label=x
        secret ls
        secret ls -q
        secret ls --format '{{.Name}} {{.Driver}} {{.Label}}'
        secret ls --format '{{.Label "b"}}'
        secret inspect key9
        secret inspect --pretty key9
        secret inspect -f '{{.Spec.Name}}' key9 none
        secret inspect none
        secret create x
        secret create x /none/file
        secret create --driver d x
        secret create --driver d x -
        secret create --label ' =v' x -
        secret create -l 'a b=v' x -
        secret create x -
        secret rm key9 none key9
        secret rm
        config ls
        config inspect site
        config inspect --pretty site
        config inspect none site
        config create c
        config create c /none
        config rm site none
        events
        events --since 10m --until 5m
        events --since 2026-11-23 --until 2026-11-23T09:00:00
        events --since foo
        events --format json
        events --format '{{.Type}} {{.Action}}'
        events --format '{{.Nope}}'
        events --format '{{'
        events --filter type=container --filter event=start
        system events --filter type=node
        volume create data
        volume create
        volume create --driver local --opt type=nfs --label a=b --name data
        volume create --name a b
        volume create a b
        volume ls
        volume ls -q
        volume ls --filter dangling=true --format '{{.Name}} {{.Driver}}'
        volume inspect data
        volume inspect none
        volume rm data none
        volume rm -f none
        volume prune -f
        volume prune -f --all
        volume prune -a -f --filter all=1
        container prune -f
        image prune -f
        image prune -af
        system prune -f
        system prune
        system prune --volumes --filter label=x --filter 'label!=y'
        system prune --volumes --filter until=1h
        foo -x
        foo --help
        foo -v
        foo -H
        inspect node1
        inspect none
        inspect site web_net
        inspect --type secret key9
        inspect --type foo key9
        inspect --type= key9
        inspect -s web_net
        inspect -f '{{.Name}}' web_net none
        context ls
        context ls -q
        context show
        node
        node foo
        swarm --foo
        node ls --foo
        node ls -x
        node ls -qx
        node ls --quiet=maybe
        foo
        --foo
        -x
        -v
        --version
        help
        help node
        help node ls
        help foo
        help node foo
        --help
        node --help
        node ls --help
        node --help ls
        node ls -h
        swarm -h
        volume create --help
        run --help
        container start --help
        checkpoint --help
        --log-level foo version
        --tls version
        --tlsverify node ls
        -c foo node ls
        -c default node ls
        -H a -H b node ls
        -H a -c b node ls
        -H unix://tcp://x node ls
        -H foo://x node ls
        --debug=x node ls
        node -H x ls
        node -- ls
        images a b
        run --cpu-count 2 nginx
        node ls extra
        node update a b
        container port a b c
        secret create a b c
      `),
      line('secret create x -', { stdin: 's3cret\n' }),
      line('config create --label a=b --template-driver golang c -', { stdin: '\xff\x00binary' }),
      line('network prune', { stdin: 'y\n' }),
      line('network prune', { stdin: 'n\n' }),
      line('network rm ingress web_net', { stdin: 'n\n' }),
      line('network rm ingress', { stdin: 'Y\n' }),
    ],
  },
  {
    name: 'outside a swarm',
    swarm: 'inactive',
    answers: {
      'GET /info': { body: OUTSIDE },
      'GET /nodes': refusal(
        503,
        'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
      ),
      'GET /swarm/unlockkey': refusal(503, 'This node is not a swarm manager.'),
      'GET /swarm': refusal(503, 'This node is not a swarm manager.'),
      'POST /swarm/init': refusal(
        400,
        'could not choose an IP address to advertise since this system has multiple addresses on different interfaces (10.0.0.1 on eth0 and 10.1.0.1 on eth1)',
      ),
      'POST /swarm/leave': refusal(503, 'This node is not part of a swarm'),
    },
    commands: lines(`
      info
      info --format '{{json .Swarm}}'
      swarm init
      swarm leave
      swarm unlock
      swarm unlock-key
      swarm join-token worker
      swarm update --autolock
      node ls
      node inspect self
      node inspect self --pretty
      node ps
      inspect x
      --help
      help
      swarm
      swarm --help
      node --help
      service --help
      volume create --help
    `),
  },
  {
    name: 'on a worker',
    swarm: 'active/worker',
    answers: {
      'GET /info': {
        body: {
          ...OUTSIDE,
          Swarm: {
            NodeID: 'nodeid2',
            NodeAddr: '192.168.0.12',
            LocalNodeState: 'active',
            ControlAvailable: false,
            Error: '',
            RemoteManagers: [{ NodeID: 'nodeid1', Addr: '192.168.0.11:2377' }],
          },
        },
      },
      'POST /swarm/join': {},
    },
    commands: lines(`
      info
      swarm join --token t 192.168.0.11:2377
      swarm --help
      --help
      inspect x
    `),
  },
  {
    name: 'locked',
    swarm: 'locked',
    answers: {
      'GET /info': { body: { ...OUTSIDE, Swarm: { ...OUTSIDE.Swarm, LocalNodeState: 'locked' } } },
      'POST /swarm/unlock': {},
      'GET /swarm/unlockkey': { body: { UnlockKey: '' } },
    },
    commands: [
      line('swarm unlock', { stdin: ' SWMKEY-1-abc \nmore' }),
      ...lines('info\nswarm unlock-key\nswarm --help'),
    ],
  },
  {
    name: 'the engine fails',
    answers: {
      'GET /info': refusal(500, 'cannot tell'),
      'GET /version': refusal(500, 'cannot tell'),
      'GET /networks/ingress': refusal(500, 'cannot tell'),
    },
    commands: lines(`
      version
      info
      info --format '{{.Name}}'
      info --format json
      version --format json
      network rm ingress
      inspect x
    `),
  },
  {
    name: 'no engine',
    unreachable: true,
    answers: {},
    commands: lines(`
      version
      version --format '{{.Client.Version}}'
      version --format '{{.Server.Version}}'
      info
      info --format '{{.Name}}'
      info --format '{{.ClientInfo.Version}}'
      node ls
      swarm init
      events
      secret create x -
      network rm a b
      node ps
      context ls
      node foo
      swarm --help
      inspect x
    `),
  },
  ...OBJECT_SCENES,
];
