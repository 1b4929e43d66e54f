/** Fault schedules from a seed: a swarm is formed, used and broken, as a bash script for the lab. */
import { SeededStream } from '../sim/index';

const HOSTS = 5;
const IMAGES = ['nginx:alpine', 'redis:alpine', 'traefik/whoami', 'alpine sleep 1000'];

/** The script of a seed. It ends healed and settled, so that every store can be compared. */
export function fuzzPlan(seed: number): string {
  const random = new SeededStream(seed, 'fuzz/plan');
  const managers = [1, 3, 3, 5][random.integer(0, 3)]!;
  const lines: string[] = [
    'docker swarm init --advertise-addr eth0 >/dev/null',
    'M=$(docker swarm join-token -q manager)',
    'W=$(docker swarm join-token -q worker)',
  ];
  for (let node = 2; node <= HOSTS; node++) {
    lines.push(`ssh node${node} docker swarm join --token ${node <= managers ? '$M' : '$W'} node1:2377 >/dev/null`);
  }
  const off = new Set<number>();
  let services = 0;
  let cut = false;
  for (let act = random.integer(8, 16); act > 0; act--) {
    const roll = random.integer(1, 100);
    const node = random.integer(1, HOSTS);
    const service = `s${random.integer(1, Math.max(1, services))}`;
    if (roll <= 22 || services === 0) {
      const published = random.chance(1, 3) ? `-p ${8000 + services}:80 ` : '';
      const order = random.chance(1, 3) ? '--update-order start-first ' : '';
      services++;
      lines.push(
        `timeout 60 docker service create -d --name s${services} --replicas ${random.integer(1, 8)} ${published}${order}${IMAGES[random.integer(0, 3)]}`,
      );
    } else if (roll <= 34) lines.push(`timeout 60 docker service scale -d ${service}=${random.integer(0, 10)}`);
    else if (roll <= 44)
      lines.push(`timeout 60 docker service update -d --force --update-parallelism ${random.integer(0, 3)} ${service}`);
    else if (roll <= 50) lines.push(`timeout 60 docker service rm ${service}`);
    else if (roll <= 57)
      lines.push(
        `timeout 60 docker node update --availability ${['active', 'pause', 'drain'][random.integer(0, 2)]} node${node}`,
      );
    else if (roll <= 63) lines.push(`timeout 60 docker node ${random.chance(1, 2) ? 'promote' : 'demote'} node${node}`);
    else if (roll <= 78 && !off.has(node) && off.size < 3 && node !== 1) {
      off.add(node);
      lines.push(`lab kill node${node}`);
    } else if (roll <= 86 && off.size > 0) {
      const back = [...off][random.integer(0, off.size - 1)]!;
      off.delete(back);
      lines.push(`lab start node${back}`);
    } else if (roll <= 93 && !cut) {
      cut = true;
      lines.push(
        `lab partition node${node} / ${
          [1, 2, 3, 4, 5]
            .filter((other) => other !== node && random.chance(3, 4))
            .map((other) => `node${other}`)
            .join(',') || `node${(node % HOSTS) + 1}`
        }`,
      );
    } else if (cut) {
      cut = false;
      lines.push('lab heal');
    } else lines.push(`lab loss all ${random.integer(0, 20)}%`);
    lines.push(`sleep ${random.integer(0, 25)}`);
  }
  lines.push('lab heal');
  for (const node of off) lines.push(`lab start node${node}`);
  lines.push('lab until settled');
  return `${lines.join('\n')}\n`;
}
