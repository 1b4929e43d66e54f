/**
 * What a Compose file of versions 3.0 to 3.13 may hold. A property that came later names its first version: before it
 * the property is unknown. Follows docker/cli cli/compose/schema/data/config_schema_v3.*.json.
 */

export type TypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

export interface Schema {
  /** Accepted types; a value of another one is refused at once. */
  readonly types?: readonly TypeName[];
  readonly oneOf?: readonly Schema[];
  readonly format?: 'ports' | 'duration';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly items?: Schema;
  readonly unique?: boolean;
  readonly required?: readonly string[];
  readonly properties?: { readonly [name: string]: Schema };
  /** For keys that are no property; absent, they are taken as they are. */
  readonly pattern?: { readonly keys: RegExp; readonly schema: Schema };
  /** Unknown keys are refused; those that begin with x- pass from this minor version on. */
  readonly closed?: boolean;
  /** The minor version from which unknown keys pass after all. */
  readonly openSince?: number;
  /** What stands in its place before a minor version. */
  readonly before?: { readonly minor: number; readonly schema: Schema };
  readonly extensions?: number;
  /** The minor version that brought it. */
  readonly since?: number;
}

const of = (...types: TypeName[]): Schema => ({ types });
const string = of('string');
const boolean = of('boolean');
const integer = of('integer');
const number = of('number');
const duration: Schema = { types: ['string'], format: 'duration' };
const strings: Schema = { types: ['array'], items: string };
const uniqueStrings: Schema = { types: ['array'], items: string, unique: true };
const stringOrList: Schema = { oneOf: [string, uniqueStrings] };
const command: Schema = { oneOf: [string, strings] };

function since(minor: number, schema: Schema): Schema {
  return { ...schema, since: minor };
}

function closed(properties: { readonly [name: string]: Schema }, types: readonly TypeName[] = ['object']): Schema {
  return { types, properties, closed: true };
}

function mapOf(keys: RegExp, schema: Schema): Schema {
  return { types: ['object'], pattern: { keys, schema } };
}

const options = mapOf(/^.+$/, of('string', 'number'));
const listOrDict: Schema = {
  oneOf: [
    { types: ['object'], pattern: { keys: /.+/, schema: of('string', 'number', 'null') }, closed: true },
    uniqueStrings,
  ],
};
const NAME = /^[a-zA-Z0-9._-]+$/;

const external: Schema = closed({ name: string }, ['boolean', 'object']);
const looseExternal: Schema = { types: ['boolean', 'object'], properties: { name: string } };

const fileReferences: Schema = {
  types: ['array'],
  items: {
    oneOf: [
      string,
      { types: ['object'], properties: { source: string, target: string, uid: string, gid: string, mode: number } },
    ],
  },
};

const order: Schema = { types: ['string'], enum: ['start-first', 'stop-first'] };

function policy(orderSince: number): Schema {
  return closed({
    parallelism: integer,
    delay: duration,
    failure_action: string,
    monitor: duration,
    max_failure_ratio: number,
    order: since(orderSince, order),
  });
}

const genericResources: Schema = {
  types: ['array'],
  items: closed({ discrete_resource_spec: closed({ kind: string, value: number }) }),
};

const deploy: Schema = closed(
  {
    mode: string,
    endpoint_mode: since(2, string),
    replicas: integer,
    labels: listOrDict,
    rollback_config: since(7, policy(0)),
    update_config: policy(4),
    resources: closed({
      limits: closed({ cpus: string, memory: string, pids: since(9, integer) }),
      reservations: closed({ cpus: string, memory: string, generic_resources: since(5, genericResources) }),
    }),
    restart_policy: closed({ condition: string, delay: duration, max_attempts: integer, window: duration }),
    placement: closed({
      constraints: strings,
      preferences: since(3, { types: ['array'], items: closed({ spread: string }) }),
      max_replicas_per_node: since(8, integer),
    }),
  },
  ['object', 'null'],
);

const healthcheck: Schema = closed({
  disable: boolean,
  interval: duration,
  retries: number,
  test: command,
  timeout: duration,
  start_period: since(4, duration),
  start_interval: since(12, duration),
});

const build: Schema = {
  oneOf: [
    string,
    {
      ...closed({
        context: string,
        dockerfile: string,
        args: listOrDict,
        labels: since(3, listOrDict),
        cache_from: since(2, uniqueStrings),
        network: since(4, string),
        target: since(4, string),
        shm_size: since(5, of('integer', 'string')),
        extra_hosts: since(9, listOrDict),
      }),
      openSince: 11,
    },
  ],
};

const ports: Schema = {
  types: ['array'],
  unique: true,
  items: {
    before: { minor: 2, schema: { types: ['string', 'number'], format: 'ports' } },
    oneOf: [
      { types: ['number'], format: 'ports' },
      { types: ['string'], format: 'ports' },
      closed({ mode: string, target: integer, published: integer, protocol: string }),
    ],
  },
};

const serviceNetworks: Schema = {
  oneOf: [
    uniqueStrings,
    {
      types: ['object'],
      closed: true,
      pattern: {
        keys: NAME,
        schema: {
          oneOf: [
            closed({
              aliases: uniqueStrings,
              driver_opts: since(13, options),
              ipv4_address: string,
              ipv6_address: string,
            }),
            of('null'),
          ],
        },
      },
    },
  ],
};

const volumes: Schema = {
  types: ['array'],
  items: {
    before: { minor: 2, schema: string },
    oneOf: [
      string,
      {
        ...closed({
          type: string,
          source: string,
          target: string,
          read_only: boolean,
          consistency: string,
          bind: { types: ['object'], properties: { propagation: string } },
          volume: { types: ['object'], properties: { nocopy: boolean } },
          tmpfs: since(6, { types: ['object'], properties: { size: { types: ['integer'], minimum: 0 } } }),
        }),
        required: ['type'],
      },
    ],
  },
};

const ulimits = mapOf(/^[a-z]+$/, {
  oneOf: [integer, { ...closed({ hard: integer, soft: integer }), required: ['soft', 'hard'] }],
});

const service: Schema = {
  ...closed({
    deploy,
    build,
    cap_add: uniqueStrings,
    cap_drop: uniqueStrings,
    cgroupns_mode: since(9, string),
    cgroup_parent: string,
    command,
    configs: since(3, fileReferences),
    container_name: string,
    credential_spec: since(3, closed({ config: since(8, string), file: string, registry: string })),
    depends_on: uniqueStrings,
    devices: uniqueStrings,
    dns: stringOrList,
    dns_search: stringOrList,
    domainname: string,
    entrypoint: command,
    env_file: stringOrList,
    environment: listOrDict,
    expose: { types: ['array'], items: of('string', 'number'), unique: true },
    external_links: uniqueStrings,
    extra_hosts: listOrDict,
    healthcheck,
    hostname: string,
    image: string,
    init: since(7, boolean),
    ipc: string,
    isolation: since(5, string),
    labels: listOrDict,
    links: uniqueStrings,
    logging: closed({ driver: string, options: mapOf(/^.+$/, of('string', 'number', 'null')) }),
    mac_address: string,
    network_mode: string,
    networks: serviceNetworks,
    oom_score_adj: since(13, integer),
    pid: of('string', 'null'),
    ports,
    privileged: boolean,
    read_only: boolean,
    restart: string,
    security_opt: uniqueStrings,
    shm_size: of('number', 'string'),
    secrets: since(1, fileReferences),
    sysctls: listOrDict,
    stdin_open: boolean,
    stop_grace_period: duration,
    stop_signal: string,
    tmpfs: stringOrList,
    tty: boolean,
    ulimits,
    user: string,
    userns_mode: string,
    volumes,
    working_dir: string,
  }),
  extensions: 7,
};

const network: Schema = {
  ...closed(
    {
      name: since(5, string),
      driver: string,
      driver_opts: options,
      ipam: closed({ driver: string, config: { types: ['array'], items: closed({ subnet: string }) } }),
      external,
      internal: boolean,
      attachable: since(2, boolean),
      labels: listOrDict,
    },
    ['object', 'null'],
  ),
  extensions: 7,
};

const volume: Schema = {
  ...closed({ name: since(4, string), driver: string, driver_opts: options, external, labels: listOrDict }, [
    'object',
    'null',
  ]),
  extensions: 7,
};

const stored = {
  name: since(5, string),
  file: string,
  external: looseExternal,
  labels: listOrDict,
  template_driver: since(8, string),
};

const secret: Schema = {
  ...closed({ ...stored, driver: since(8, string), driver_opts: since(8, options) }),
  extensions: 7,
};

const config: Schema = { ...closed(stored), extensions: 7 };

function section(schema: Schema): Schema {
  return { types: ['object'], pattern: { keys: NAME, schema }, closed: true };
}

export const COMPOSE: Schema = {
  ...closed({
    version: string,
    services: section(service),
    networks: mapOf(NAME, network),
    volumes: section(volume),
    secrets: since(1, section(secret)),
    configs: since(3, section(config)),
  }),
  extensions: 4,
};

/** 3 and no version are the newest. */
export const NEWEST_MINOR = 13;
