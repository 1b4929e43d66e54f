import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/daemon/config';

const MERGED =
  'unable to configure the Docker daemon with file /etc/docker/daemon.json: ' +
  'merged configuration validation from file and command line flags failed: ';

describe('/etc/docker/daemon.json', () => {
  it('gives labels and what the host offers', () => {
    const text =
      '{"labels": ["disk=ssd", "rack=a=b", "disk=ssd"], "node-generic-resources": ["gpu=A", "gpu=B", "ssd=3"]}';
    expect(readConfig(text)).toEqual({
      ok: true,
      value: {
        labels: ['disk=ssd', 'rack=a=b'],
        genericResources: [
          { NamedResourceSpec: { Kind: 'gpu', Value: 'A' } },
          { NamedResourceSpec: { Kind: 'gpu', Value: 'B' } },
          { DiscreteResourceSpec: { Kind: 'ssd', Value: 3 } },
        ],
      },
    });
  });

  it.each([
    ['', undefined],
    ['{}', undefined],
    ['{"labels": ["a"]}', `${MERGED}bad attribute format: a`],
    ['{"labels": ["a=1", "a=2"]}', `${MERGED}conflict labels for a=2 and a=1`],
    [
      '{"labels": ["com.docker.x=1"]}',
      `${MERGED}label com.docker.x=1 is not allowed: the namespaces com.docker.*, io.docker.*, and org.dockerproject.* are reserved for internal use`,
    ],
    [
      '{"node-generic-resources": ["gpu"]}',
      `${MERGED}could not parse GenericResource: incorrect term gpu, missing '=' or malformed expression`,
    ],
  ])('%s is refused as dockerd does: %s', (text, refusal) => {
    const read = readConfig(text);
    expect(read.ok ? undefined : read.error).toBe(refusal);
  });
});
