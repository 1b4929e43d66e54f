# The world that both sides meet: five nodes, three of them managers, with something of everything in it.
docker swarm init >/dev/null
manager=$(docker swarm join-token -q manager)
worker=$(docker swarm join-token -q worker)
for node in node2 node3; do ssh "$node" docker swarm join --token "$manager" 192.168.0.11:2377 >/dev/null; done
for node in node4 node5; do ssh "$node" docker swarm join --token "$worker" 192.168.0.11:2377 >/dev/null; done
docker node update --label-add rack=a --label-add disk=ssd node4 >/dev/null
docker node update --label-add rack=b node5 >/dev/null
docker network create -d overlay --label tier=back --attachable back >/dev/null
docker network create -d overlay --subnet 10.50.0.0/24 --gateway 10.50.0.1 --internal private >/dev/null
docker network create --label here=yes local1 >/dev/null
echo top-secret | docker secret create password - >/dev/null
echo listen 80 | docker config create --label for=web site - >/dev/null
docker service create -d --name web --replicas 3 -p 8080:80 --label tier=front --secret password --config site nginx >/dev/null
docker service create -d --name api --replicas 2 --network back --env A=1 --env B=two --constraint node.role==worker \
  --limit-memory 64M --reserve-cpu .1 --update-delay 3s --update-parallelism 2 --mount type=volume,source=data,target=/data \
  --health-cmd true --health-interval 5m --restart-condition on-failure --hostname 'api-{{.Task.Slot}}' redis:alpine >/dev/null
docker service create -d --name agent --mode global --endpoint-mode dnsrr --container-label a=b alpine sleep 1000000 >/dev/null
docker service create -d --name nowhere --replicas 2 --constraint node.labels.rack==z nginx >/dev/null
docker service create -d --name broken --restart-max-attempts 1 --restart-delay 1s alpine false >/dev/null
docker service create -d --name hostport -p mode=host,target=80,published=9090 --constraint node.hostname==node5 nginx >/dev/null
docker stack deploy -c - shop >/dev/null 2>&1 <<'STACK'
services:
  front:
    image: nginx:alpine
    ports: ["8081:80"]
    deploy:
      replicas: 2
      labels: { shown: "yes" }
  cart:
    image: redis
    networks: [inner]
networks:
  inner:
STACK
docker run -d --name one -p 8090:80 --label kind=test nginx >/dev/null 2>&1
docker run --name two alpine echo hello >/dev/null 2>&1
docker run -d --name three --env X=y --restart always alpine sleep 1000000 >/dev/null
docker volume create --label v=1 store >/dev/null
sleep 60
docker service update -d --image nginx:alpine web >/dev/null
docker service scale -d api=3 >/dev/null
docker node update --availability pause node3 >/dev/null
sleep 26h
