import { describe, expect, test } from 'vitest';
import { parseAct } from '../../src/lab/acts';

const HOSTS = {
  names: ['node1', 'node2', 'node3', 'node4', 'node5'],
  isOn: (name: string) => name !== 'node5',
  max: 8,
};
const parse = (line: string) =>
  parseAct(
    line.split(' ').filter((word) => word !== ''),
    HOSTS,
  );

describe('lab words that are understood', () => {
  test.each([
    ['ls', { act: 'ls' }],
    ['', { act: 'help' }],
    ['add', { act: 'add', count: 1 }],
    ['add 3', { act: 'add', count: 3 }],
    ['kill node3', { act: 'kill', hosts: ['node3'] }],
    ['kill node3 node4', { act: 'kill', hosts: ['node3', 'node4'] }],
    ['start node5', { act: 'start', hosts: ['node5'] }],
    [
      'partition node1,node2 / node3',
      { act: 'partition', groups: [['node1', 'node2'], ['node3'], ['node4', 'node5']] },
    ],
    [
      'partition node1 node2/node3,node4,node5',
      {
        act: 'partition',
        groups: [
          ['node1', 'node2'],
          ['node3', 'node4', 'node5'],
        ],
      },
    ],
    ['heal', { act: 'heal' }],
    ['latency node1,node2 20ms', { act: 'latency', links: [['node1', 'node2']], delay: 20_000 }],
    ['latency node1,node2 0', { act: 'latency', links: [['node1', 'node2']], delay: 0 }],
    ['loss node1,node2 2.5%', { act: 'loss', links: [['node1', 'node2']], perMille: 25 }],
    ['load web.1 600M', { act: 'load', container: 'web.1', bytes: 629_145_600 }],
    ['load 0oc66bdgr4u9 1GiB', { act: 'load', container: '0oc66bdgr4u9', bytes: 1_073_741_824 }],
    ['load web.1 0', { act: 'load', container: 'web.1', bytes: 0 }],
    ['until settled', { act: 'until', condition: { until: 'settled' } }],
    ['until node3 Down', { act: 'until', condition: { until: 'node', host: 'node3', state: 'down' } }],
    ['until web 3/3', { act: 'until', condition: { until: 'service', name: 'web', running: 3, desired: 3 } }],
  ])('lab %s', (line, act) => {
    expect(parse(line)).toEqual(act);
  });

  test('"all" is every cable', () => {
    const act = parse('loss all 5');
    expect(typeof act === 'object' && act.act === 'loss' ? act.links.length : 0).toBe(10);
  });
});

describe('lab words that are refused in one sentence', () => {
  test.each([
    ['kil node3', 'unknown word "kil": lab help lists what there is'],
    ['kill', 'kill needs the name of a host'],
    ['load web.1', 'load needs a container and a size: lab load web.1 600M'],
    ['load web.1 much', '"much" is no size: 512K, 64M, 1G, up to 1024G, or 0 for none'],
    ['load web.1 2000G', '"2000G" is no size: 512K, 64M, 1G, up to 1024G, or 0 for none'],
    ['kill node9', 'there is no host "node9": they are node1 to node5'],
    ['kill node5', 'node5 is off already'],
    ['start node1', 'node1 is on already'],
    ['kill node3 node3', 'a host is named twice'],
    ['add 4', 'the LAN has no address left for 4 more: it holds 8 hosts'],
    ['add x', 'add takes a number of hosts, 1 or more'],
    ['partition', 'partition needs groups of hosts: lab partition node1,node2 / node3'],
    ['partition node1,node2,node3,node4,node5', 'that is one group with every host in it: nothing would be cut'],
    ['partition node1 / node1', 'a host can be in one group only'],
    ['latency node1 5ms', 'name at least two hosts: node1,node2 (or all)'],
    ['latency node1,node2 soon', '"soon" is no delay: 500us, 20ms, 1s, up to 600s, or 0 for none'],
    ['loss node1,node2 101', '"101" is no percentage from 0 to 100'],
    ['until', 'until needs a condition: settled, leader, HOST STATE or SERVICE RUNNING/N'],
    ['until node1 tired', '"tired" is no state of a node: ready, down, unknown, disconnected'],
    ['heal now', 'heal takes no argument'],
  ])('lab %s', (line, sentence) => {
    expect(parse(line)).toBe(sentence);
  });
});
