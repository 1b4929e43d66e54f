/** `docker stack config`. Follows docker/cli cli/command/stack/config.go and the tags of cli/compose/types/types.go. */
import type { Process } from '../../base/process';
import type { Cli, Invocation } from '../command';
import { compareKeys, emitYaml, type Yaml } from './compose/emit';
import { extras, loadFiles, readComposeFiles } from './compose/load';
import type { ComposeConfig, ComposeNetwork } from './compose/types';
import { isDict } from './compose/yaml';

export function* runConfig(cli: Cli, { flags }: Invocation): Process<number> {
  const files = yield* readComposeFiles(cli, flags.list('compose-file'));
  const interpolated = !flags.bool('skip-interpolation');
  const config = yield* loadFiles(cli, files, interpolated, () => 'Configuration contains forbidden properties');
  yield* cli.out(emitYaml(document(config)));
  return 0;
}

/**
 * Members in their order. They are left out when empty, those with `!` only when absent; `a:b` is a member with the
 * shape b (`a!:b`), `a[]:b` a list and `a{}:b` a mapping of such; `a"` is shown as a text.
 */
const SHAPES: { readonly [shape: string]: string } = {
  service:
    'build:build cap_add cap_drop cgroupns_mode cgroup_parent command configs[]:file container_name ' +
    'credential_spec:credential depends_on deploy:deploy devices dns dns_search domainname entrypoint environment ' +
    'env_file expose external_links extra_hosts hostname healthcheck!:health image init! ipc isolation labels links ' +
    'logging!:logging mac_address network_mode networks{}:attachment pid ports[]:port privileged read_only restart ' +
    'secrets[]:file security_opt shm_size stdin_open stop_grace_period! stop_signal sysctls tmpfs tty ' +
    'ulimits{}:ulimit user userns_mode volumes[]:mount working_dir',
  build: 'context dockerfile args labels cache_from extra_hosts network target',
  file: 'source target uid gid mode!',
  credential: 'config file registry',
  deploy:
    'mode replicas! labels update_config!:policy rollback_config!:policy resources:resources ' +
    'restart_policy!:restart placement:placement endpoint_mode',
  policy: 'parallelism! delay failure_action monitor max_failure_ratio order',
  resources: 'limits!:amounts reservations!:amounts',
  amounts: 'cpus memory" pids generic_resources[]:generic',
  generic: 'discrete_resource_spec!:discrete',
  discrete: 'kind! value!',
  restart: 'condition delay! max_attempts! window!',
  placement: 'constraints preferences[]:preference max_replicas_per_node',
  preference: 'spread',
  health: 'test timeout! interval! retries! start_period! start_interval! disable',
  logging: 'driver options',
  attachment: 'aliases driver_opts ipv4_address ipv6_address',
  port: 'mode target published protocol',
  ulimit: 'single soft hard',
  mount:
    'type source target read_only consistency bind!:bind volume!:volumeOptions image!:image tmpfs!:tmpfs cluster!:none',
  bind: 'propagation',
  volumeOptions: 'nocopy subpath',
  image: 'subpath',
  tmpfs: 'size',
  none: '',
  network: 'name driver driver_opts ipam:ipam external internal attachable labels',
  ipam: 'driver config[]:pool',
  pool: 'subnet',
  volume: 'name driver driver_opts external labels',
  object: 'name file external labels driver driver_opts template_driver',
};

function document(config: ComposeConfig): Yaml {
  const members: [string, Yaml][] = [
    ['version', config.version],
    ['services', section(new Map(config.services.map((service) => [service.name, service])), 'service')],
  ];
  for (const [name, shape] of [
    ['networks', 'network'],
    ['volumes', 'volume'],
    ['secrets', 'object'],
    ['configs', 'object'],
  ] as const) {
    if (config[name].size > 0) members.push([name, section(config[name], shape)]);
  }
  return new Map([...members, ...plainMembers(config.extras)]);
}

function section(objects: ReadonlyMap<string, unknown>, shape: string): Yaml {
  const keeps = (object: unknown) => (shape !== 'network' && shape !== 'volume') || (object as ComposeNetwork).external;
  return new Map(
    [...objects]
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([name, object]) => [
        name,
        new Map([...shaped(object, shape), ...plainMembers(extras(object, keeps(object)))]),
      ]),
  );
}

function shaped(value: unknown, shape: string): Map<string, Yaml> {
  const out = new Map<string, Yaml>();
  if (!isDict(value)) return out;
  for (const member of SHAPES[shape]!.split(' ')) {
    const [, name = '', kind, , inner] = /^([a-z0-9_]*)(!|"|\[\]|\{\})?(:(.*))?$/i.exec(member)!;
    const item = value[name];
    if (item === undefined || (item === null && kind !== '{}')) continue;
    let shown: Yaml;
    if (kind === '"') shown = item === 0 ? 0 : String(item);
    else if (inner === undefined) shown = plain(item);
    else if (kind === '[]') shown = (item as readonly unknown[]).map((one) => shaped(one, inner));
    else if (kind === '{}')
      shown = mapping(item, (one) => (isDict(one) || one === 0 ? shaped(one, inner) : plain(one)));
    else shown = shaped(item, inner);
    if (kind === '!' || !isEmpty(shown)) out.set(name, shown);
  }
  return out;
}

function isEmpty(value: Yaml): boolean {
  if (value instanceof Map) return value.size === 0;
  return Array.isArray(value) ? value.length === 0 : !value;
}

function plain(value: unknown): Yaml {
  if (Array.isArray(value)) return value.map(plain);
  return isDict(value) ? mapping(value, plain) : ((value ?? null) as Yaml);
}

function plainMembers(value: unknown): Map<string, Yaml> {
  return mapping(value, plain);
}

function mapping(value: unknown, show: (item: unknown) => Yaml): Map<string, Yaml> {
  return new Map(
    Object.entries(value as object)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([key, item]) => [key, show(item)]),
  );
}
