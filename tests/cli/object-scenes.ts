/** Scenes of services, tasks, stacks, containers and images. */
import { OBJECTS } from './object-engine';
import { lines, type Scene } from './scene';

export const OBJECT_SCENES: readonly Scene[] = [
  {
    name: 'services',
    answers: OBJECTS,
    commands: lines(`
      service ls
      service ls -q
      service ls --format '{{.Name}} {{.Mode}} {{.Replicas}} {{.Ports}}'
      service ls --format json
      service ls --format raw
      service ls --filter name=web --filter mode=global
      service ls --format 'table {{.ID}}\\t{{upper .Name}}'
      service ps web
      service ps web agent
      service ps none
      service ps web none
      service ps -q web
      service ps --no-trunc web
      service ps --no-resolve web
      service ps -f desired-state=running web
      service ps --format '{{.Name}}: {{.CurrentState}} {{.Error}} {{.Ports}}' web
      service ps --format json web
      service inspect web
      service inspect --pretty web
      service inspect --pretty agent
      service inspect --pretty job
      service inspect --pretty none
      service inspect none
      service inspect web none
      service inspect -f '{{.Spec.Mode.Replicated.Replicas}}' web
      service inspect -f '{{json .Endpoint.Ports}}' web
      service inspect -f '{{.Spec.Mode.Replicated.Replicas}}' agent
      service inspect -f '{{.Spec.TaskTemplate.ContainerSpec.Env}} {{.UpdateStatus.StartedAt}}' web
      service inspect -f '{{range .Spec.EndpointSpec.Ports}}{{.PublishedPort}}/{{.Protocol}} {{end}}' web
      service inspect -f '{{.Nope}}' web
      service rm web none
      service rm none
      service scale -d web=5
      service scale -d web=5 job=6
      service scale web
      service scale web=x
      service scale web=
      service scale -d agent=2
      service scale -d none=2
      service scale web=-1
      service rollback -d web
      service rollback -d none
      service create -d nginx
      service create -d --name web --replicas 3 -p 8080:80 nginx
      service create -d --no-resolve-image --name web -p published=8080,target=80,mode=host,protocol=udp nginx:latest nginx -g 'daemon off;'
      service create -d --no-resolve-image -p 8000-8002:80-82/udp -p 9000 nginx
      service create -d --no-resolve-image --mode global -e A=1 -e B --env C= -l x=y --label z --container-label c=d nginx
      service create -d --no-resolve-image --mode replicated-job --replicas 4 --max-concurrent 2 nginx
      service create -d --no-resolve-image --mode global-job nginx
      service create -d --no-resolve-image --constraint node.role==worker --constraint node.labels.zone!=a --placement-pref spread=node.labels.zone --replicas-max-per-node 2 nginx
      service create -d --no-resolve-image --limit-cpu 0.5 --limit-memory 64m --limit-pids 20 --reserve-cpu .25 --reserve-memory 32MiB --generic-resource gpu=2 nginx
      service create -d --no-resolve-image --restart-condition on-failure --restart-delay 3s --restart-max-attempts 4 --restart-window 2m nginx
      service create -d --no-resolve-image --update-parallelism 2 --update-delay 10s --update-monitor 3s --update-failure-action rollback --update-max-failure-ratio .25 --update-order start-first nginx
      service create -d --no-resolve-image --rollback-parallelism 0 --rollback-delay 1s --rollback-monitor 20s --rollback-failure-action continue --rollback-max-failure-ratio 0.1 --rollback-order start-first nginx
      service create -d --no-resolve-image --mount type=volume,src=data,dst=/data,readonly --mount type=bind,source=/srv,target=/srv --mount type=tmpfs,target=/tmp,tmpfs-size=64m,tmpfs-mode=1777 nginx
      service create -d --no-resolve-image --network web_net nginx
      service create -d --no-resolve-image --network name=web_net,alias=a,alias=b nginx
      service create -d --no-resolve-image --network none nginx
      service create -d --no-resolve-image --secret key9 --config site nginx
      service create -d --no-resolve-image --secret source=key9,target=/k,uid=1,gid=2,mode=0400 --config src=site,target=/etc/s nginx
      service create -d --no-resolve-image --secret nope nginx
      service create -d --no-resolve-image --config nope nginx
      service create -d --no-resolve-image --health-cmd 'curl -f localhost' --health-interval 5s --health-timeout 2s --health-retries 3 --health-start-period 10s --health-start-interval 1s nginx
      service create -d --no-resolve-image --no-healthcheck nginx
      service create -d --no-resolve-image --no-healthcheck --health-cmd x nginx
      service create -d --no-resolve-image --hostname '{{.Node.Hostname}}' --user 1000:1000 --workdir /w --group wheel --stop-signal SIGINT --stop-grace-period 30s --init --tty --read-only nginx
      service create -d --no-resolve-image --dns 8.8.8.8 --dns-search example.com --dns-option ndots:1 --host db:10.0.0.9 --host v6=::1 nginx
      service create -d --no-resolve-image --endpoint-mode dnsrr --log-driver json-file --log-opt max-size=10m --sysctl net.core.somaxconn=1024 --ulimit nofile=1024:2048 --cap-add NET_ADMIN --cap-drop mknod --oom-score-adj 100 --isolation default nginx
      service create -d --no-resolve-image --entrypoint 'sh -c "echo hi"' nginx x y
      service create -d --mode foo nginx
      service create -d --mode global --replicas 2 nginx
      service create -d --mode global --max-concurrent 2 nginx
      service create -d --replicas 2 --mode replicated-job --max-concurrent 3 --no-resolve-image nginx
      service create --replicas x nginx
      service create -p 99999:80 nginx
      service create -p abc nginx
      service create -p 80:abc nginx
      service create -p 8080-8090:80 nginx
      service create -p mode=foo,target=80 nginx
      service create -p foo=bar nginx
      service create --mount foo nginx
      service create --mount type=volume nginx
      service create --mount type=bind,target=/x,volume-nocopy nginx
      service create --mount type=volume,target=/x,readonly=maybe nginx
      service create --placement-pref foo nginx
      service create --placement-pref spread nginx
      service create --secret foo=bar nginx
      service create --secret source=x,mode=abc nginx
      service create --env-file /none nginx
      service create --limit-memory x nginx
      service create --reserve-cpu 1e-12 nginx
      service create --generic-resource foo nginx
      service create --update-delay 10 nginx
      service create --credential-spec foo nginx
      service create --entrypoint '"x' nginx
      service create
      service create -d --name web BAD_image:x:y
      service update -d web
      service update -d --image nginx:latest web
      service update -d --image nginx:1.29 --no-resolve-image web
      service update -d --replicas 5 --limit-memory 128m web
      service update -d --replicas 5 agent
      service update -d --env-add C=3 --env-rm A --label-add x=y --label-rm tier --container-label-add d=2 --container-label-rm c web
      service update -d --publish-add 9090:90 --publish-rm 80 web
      service update -d --publish-add published=8080,target=81 web
      service update -d --publish-rm 8080:80 web
      service update -d --mount-add type=bind,source=/a,target=/a --mount-rm /data web
      service update -d --constraint-add node.role==manager --constraint-rm node.role==worker --placement-pref-add spread=node.labels.a web
      service update -d --network-add web_net web
      service update -d --network-rm web_net web
      service update -d --network-add ingress --network-rm web_net web
      service update -d --secret-add key9 --config-add site web
      service update -d --secret-rm nope web
      service update -d --args 'a "b c"' --entrypoint sh web
      service update -d --force web
      service update -d --rollback web
      service update -d --rollback --replicas 2 web
      service update -d --update-parallelism 1 --update-delay 0s --update-order start-first --rollback-monitor 1s web
      service update -d --restart-condition none --restart-delay 1s --restart-max-attempts 2 web
      service update -d --hostname h --user u --workdir /w --stop-grace-period 5s --init --tty --read-only web
      service update -d --health-cmd true --health-retries 2 web
      service update -d --no-healthcheck web
      service update -d --dns-add 1.1.1.1 --host-add a:1.2.3.4 --group-add g --sysctl-add a=b --ulimit-add nofile=10 --cap-add NET_ADMIN web
      service update -d --replicas-max-per-node 3 --endpoint-mode dnsrr web
      service update -d --log-driver syslog --log-opt tag=x web
      service update -d none
      service update
      service logs none
      service create --help
    `),
  },
  {
    name: 'stacks',
    answers: OBJECTS,
    commands: lines(`
      stack ls
      stack ls --format '{{.Name}} {{.Services}}'
      stack ps mon
      stack ps -q mon
      stack services mon
      stack services -q mon
      stack services --format '{{.Name}}' mon
      stack deploy x
      stack deploy -c /none x
      stack rm
      stack rm --help
    `),
  },
  {
    name: 'an empty swarm',
    answers: {
      'GET /services': { body: [] },
      'GET /tasks': { body: [] },
      'GET /networks': { body: [] },
      'GET /secrets': { body: [] },
      'GET /configs': { body: [] },
    },
    commands: lines(`
      service ls
      service ls --format json
      stack ls
      stack ps x
      stack services x
      stack rm x
      network ls
      secret ls
      config ls
    `),
  },
  {
    name: 'containers and images',
    answers: OBJECTS,
    commands: lines(`
      ps
      ps -a
      ps -q
      ps -aq --no-trunc
      ps --no-trunc
      ps -l
      ps -n 2
      ps --filter status=exited --filter name=web
      ps --format '{{.Names}} {{.Ports}} {{.Label "a"}}'
      ps --format 'table {{.ID}}\\t{{.RunningFor}}\\t{{.Size}}'
      ps --format json
      ps -q --format '{{.ID}}'
      ps --format '{{.Nope}}'
      container ls
      container ps
      inspect web
      container inspect web
      container inspect none
      inspect -f '{{.State.Status}} {{.NetworkSettings.Networks.bridge.IPAddress}}' web
      inspect -f '{{.Nope}}' web
      inspect --format '{{json .State}}' web
      stop web none
      stop -t 3 web
      stop --signal SIGINT web
      start web
      start none
      start web none
      restart -t 1 web
      kill web
      kill -s HUP web none
      rm web none
      rm -f none
      rm -fv web
      rename web other
      pause web
      top web
      top web -o pid
      port web
      port web 80
      port web 80/tcp
      port web 81
      create nginx
      create --name x -p 8080:80 -e A=1 -l a=b -v data:/data --network web_net --restart always --memory 64m --cpus .5 nginx ls -l
      create --hostname h --user 1 -w /w --entrypoint sh --rm -it nginx
      create --network web_net --network-alias a --ip 10.0.0.4 --add-host a:1.2.3.4 --dns 1.1.1.1 nginx
      create --health-cmd true --health-interval 3s --stop-signal INT --stop-timeout 4 --init --read-only --privileged nginx
      create -P --expose 90 --tmpfs /t --cap-add NET_ADMIN --ulimit nofile=10 --sysctl net.a=b nginx
      create --mount type=volume,src=data,dst=/d nginx
      create --restart foo nginx
      create -p abc nginx
      create -p 8080:80:90:100 nginx
      create
      run -d nginx
      run -d --name x nginx echo hi
      run -d --rm --restart always nginx
      run --foo nginx
      run
      run -d -e
      images
      images -q
      images --no-trunc
      images --digests
      images -a
      images nginx
      images --format '{{.Repository}}:{{.Tag}} {{.Size}}'
      images --filter dangling=true
      image ls --format json
      image inspect nginx
      image inspect none
      image inspect -f '{{.Os}}' nginx
      rmi nginx
      rmi none
      rmi -f nginx none
      tag nginx foo:1
      tag nginx
      tag nginx BAD:x
      pull nginx
      pull -q nginx
      pull BAD
      exec
      exec web
      exec none ls
      logs none
      attach none
      wait none
    `),
  },
];
