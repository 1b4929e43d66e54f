import { describe, expect, test } from 'vitest';
import { findCommand } from '../../src/cli/data/catalog';
import { FlagSet } from '../../src/cli/flags/flag-set';

function parse(path: string, words: string[], env: Record<string, string> = {}): { flags: FlagSet; wrong?: string } {
  const command = findCommand(path)!;
  const flags = new FlagSet(command.canonical, command.flags, command.strict, new Map(Object.entries(env)));
  const wrong = flags.parse(words);
  return wrong === undefined ? { flags } : { flags, wrong };
}

describe('forms', () => {
  test('long and short, with and without an equals sign', () => {
    for (const words of [['--last', '5'], ['--last=5'], ['-n', '5'], ['-n5'], ['-n=5'], ['-an5'], ['-an=5']]) {
      expect(parse('ps', words).flags.number('last')).toBe(5);
    }
  });
  test('letters in a row', () => {
    const { flags } = parse('ps', ['-aq', '--no-trunc=false']);
    expect([flags.bool('all'), flags.bool('quiet'), flags.bool('no-trunc')]).toEqual([true, true, false]);
    expect([flags.changed('no-trunc'), flags.changed('size')]).toEqual([true, false]);
  });
  test('an optional boolean does not take the next word', () => {
    const { flags } = parse('service create', ['--detach', 'false']);
    expect(flags.bool('detach')).toBe(true);
    expect(flags.args).toEqual(['false']);
  });
  test('the last one of several wins, lists keep all', () => {
    const { flags } = parse('service create', ['--name', 'a', '--name=b', '-e', 'x=1', '-e', 'y=2', 'nginx']);
    expect(flags.string('name')).toBe('b');
    expect(flags.list('env')).toEqual(['x=1', 'y=2']);
  });
  test('flags between arguments, but not behind an image', () => {
    expect(parse('node update', ['node1', '--role', 'worker']).flags.args).toEqual(['node1']);
    const { flags } = parse('service create', ['--name', 'x', 'nginx', '--name', 'y', '-q']);
    expect(flags.args).toEqual(['nginx', '--name', 'y', '-q']);
    expect(flags.string('name')).toBe('x');
  });
  test('two dashes end the flags', () => {
    expect(parse('node rm', ['a', '--', '-f', '--x']).flags.args).toEqual(['a', '-f', '--x']);
  });
  test('a dash alone is an argument', () => {
    expect(parse('secret create', ['x', '-']).flags.args).toEqual(['x', '-']);
  });
  test('lists in one value are split at their commas', () => {
    const { flags } = parse('stack deploy', ['-c', 'a.yml,"b,c.yml"', '-c', 'd.yml', 's']);
    expect(flags.list('compose-file')).toEqual(['a.yml', 'b,c.yml', 'd.yml']);
  });
});

describe('defaults', () => {
  test('are those that help shows', () => {
    const { flags } = parse('swarm init', []);
    expect(flags.string('listen-addr')).toBe('0.0.0.0:2377');
    expect(flags.number('default-addr-pool-mask-length')).toBe(24);
    expect(flags.number('dispatcher-heartbeat')).toBe(5_000_000_000);
    expect(parse('stack deploy', []).flags.bool('detach')).toBe(true);
    expect(parse('stack deploy', []).flags.string('resolve-image')).toBe('always');
    expect(parse('service create', []).flags.number('limit-pids')).toBe(0);
  });
});

describe('values are brought into one form', () => {
  test('numbers in any base of Go', () => {
    expect(parse('ps', ['-n', '0x10']).flags.number('last')).toBe(16);
    expect(parse('ps', ['-n', '-1']).flags.number('last')).toBe(-1);
    expect(parse('service create', ['--replicas', '1_000']).flags.number('replicas')).toBe(1000);
  });
  test('sizes, cpus and durations', () => {
    const { flags } = parse('service create', [
      '--limit-memory',
      '64m',
      '--limit-cpu',
      '.5',
      '--update-delay',
      '1m30s',
    ]);
    expect(flags.number('limit-memory')).toBe(67_108_864);
    expect(flags.number('limit-cpu')).toBe(500_000_000);
    expect(flags.number('update-delay')).toBe(90_000_000_000);
  });
  test('a variable without a value takes that of docker itself', () => {
    const { flags } = parse('service create', ['-e', 'TAG', '-e', 'NONE', '-e', 'X=', 'nginx'], { TAG: 'v1' });
    expect(flags.list('env')).toEqual(['TAG=v1', 'NONE', 'X=']);
  });
  test('filters lose blanks and case of their key', () => {
    expect(parse('node ls', ['-f', ' Role = manager ']).flags.list('filter')).toEqual(['role=manager']);
  });
  test('hosts are kept with a colon', () => {
    expect(parse('run', ['--add-host', 'a=[::1]', 'x']).flags.list('add-host')).toEqual(['a:::1']);
  });
});

describe('refusals in the words of docker 28.2.2', () => {
  test.each([
    ['service create', ['--foo'], 'unknown flag: --foo'],
    ['service create', ['-x'], "unknown shorthand flag: 'x' in -x"],
    ['service create', ['-qxy'], "unknown shorthand flag: 'x' in -xy"],
    ['service create', ['---x'], 'bad flag syntax: ---x'],
    ['service create', ['--=x'], 'bad flag syntax: --=x'],
    ['service create', ['--name'], 'flag needs an argument: --name'],
    ['service create', ['-e'], "flag needs an argument: 'e' in -e"],
    [
      'service create',
      ['--replicas', 'x'],
      'invalid argument "x" for "--replicas" flag: strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [
      'service create',
      ['--replicas', '18446744073709551616'],
      'invalid argument "18446744073709551616" for "--replicas" flag: strconv.ParseUint: parsing "18446744073709551616": value out of range',
    ],
    [
      'service create',
      ['--update-delay', '10'],
      'invalid argument "10" for "--update-delay" flag: time: missing unit in duration "10"',
    ],
    ['service create', ['--limit-memory', 'x'], 'invalid argument "x" for "--limit-memory" flag: invalid size: \'x\''],
    [
      'service create',
      ['--limit-cpu', 'x'],
      'invalid argument "x" for "--limit-cpu" flag: failed to parse x as a rational number',
    ],
    ['service create', ['-l', '=x'], 'invalid argument "=x" for "-l, --label" flag: invalid label \'=x\': empty name'],
    ['service create', ['-e', '=x'], 'invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x'],
    [
      'service create',
      ['--dns', 'x'],
      'invalid argument "x" for "--dns" flag: IP address is not correctly formatted: x',
    ],
    ['service create', ['--host', 'x'], 'invalid argument "x" for "--host" flag: bad format for add-host: "x"'],
    [
      'service create',
      ['--health-interval', '-1s'],
      'invalid argument "-1s" for "--health-interval" flag: duration cannot be negative',
    ],
    ['run', ['--sysctl', 'a=b'], 'invalid argument "a=b" for "--sysctl" flag: sysctl \'a=b\' is not allowed'],
    ['run', ['-a', 'x'], 'invalid argument "x" for "-a, --attach" flag: valid streams are STDIN, STDOUT and STDERR'],
    ['run', ['--ulimit', 'x'], 'invalid argument "x" for "--ulimit" flag: invalid ulimit argument: x'],
    [
      'run',
      ['--ulimit', 'nofile=2:1'],
      'invalid argument "nofile=2:1" for "--ulimit" flag: ulimit soft limit must be less than or equal to hard limit: 2 > 1',
    ],
    [
      'node ls',
      ['-q="\n"'],
      'invalid argument "\\"\\n\\"" for "-q, --quiet" flag: strconv.ParseBool: parsing "\\"\\n\\"": invalid syntax',
    ],
  ])('docker %s %j', (path, words, error) => {
    expect(parse(path, words).wrong).toBe(error);
  });
});
