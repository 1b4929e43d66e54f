import { describe, expect, it } from 'vitest';
import { NO_CONFIG, readConfig } from '../../src/daemon/config';

const FILE = 'unable to configure the Docker daemon with file /etc/docker/daemon.json: ';
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
        ...NO_CONFIG,
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
    ['{"labels": ["a=1", "a=2"]}', 'conflict labels for a=2 and a=1'],
    [
      '{"labels": ["com.docker.x=1"]}',
      `${MERGED}label com.docker.x=1 is not allowed: the namespaces com.docker.*, io.docker.*, and org.dockerproject.* are reserved for internal use`,
    ],
    ['{"labels":["a=b"', `${FILE}invalid JSON: unexpected end of JSON input`],
    ['{"debug":true,}', `${FILE}invalid JSON: invalid character '}' looking for beginning of object key string`],
    ['{} x', `${FILE}invalid JSON: invalid character 'x' after top-level value`],
    ['[1]', `${FILE}invalid JSON: json: cannot unmarshal array into Go value of type map[string]interface {}`],
    ['{"foo":1}', `${FILE}the following directives don't match any configuration option: foo`],
    [
      '{"labels":"x"}',
      `${FILE}invalid JSON: json: cannot unmarshal string into Go struct field Config.labels of type []string`,
    ],
    [
      '{"live-restore":"yes"}',
      `${FILE}invalid JSON: json: cannot unmarshal string into Go struct field Config.live-restore of type bool`,
    ],
    ['{"bip":"10.0.0.1/24"}', `${FILE}bip is a real option that is not modelled here`],
    [
      '{"node-generic-resources": ["gpu"]}',
      `${MERGED}could not parse GenericResource: incorrect term gpu, missing '=' or malformed expression`,
    ],
  ])('%s is refused as dockerd does: %s', (text, refusal) => {
    const read = readConfig(text);
    expect(read.ok ? undefined : read.error).toBe(refusal);
  });
});
