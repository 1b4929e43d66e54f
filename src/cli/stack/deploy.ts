/** `docker stack deploy`. Follows docker/cli cli/command/stack/swarm/deploy_composefile.go. */
import {
  ClientError,
  type ConfigSpec,
  isNotFound,
  type NetworkCreateRequest,
  type SecretSpec,
  type ServiceSpec,
  type Service as SwarmService,
} from '../../api/index';
import { toBase64 } from '../../base/bytes';
import { goQuote } from '../../base/go-quote';
import { Errno, type Process, readFile } from '../../base/process';
import { failureText } from '../arguments';
import { type Cli, CliError, type Invocation } from '../command';
import { errnoText } from '../options/env';
import { canonical, mutableCopy } from '../options/mutable';
import { waitOnService } from '../service/progress';
import { checkStackName, IMAGE_LABEL, scope, stackFilters, withStackLabel } from './common';
import { loadCompose } from './compose/load';
import type { ComposeConfig, ComposeFileObject, ComposeNetwork } from './compose/types';
import { convertService, isUserDefined } from './convert';
import { serviceReferences } from './references';
import { removeServices } from './remove';

export function* runDeploy(cli: Cli, { flags, args }: Invocation): Process<number> {
  const [stack] = args as [string];
  checkStackName(stack);
  const config = yield* loadCompose(cli, flags.list('compose-file'));
  const resolve = flags.string('resolve-image');
  if (!['always', 'changed', 'never'].includes(resolve)) {
    throw new CliError(`Invalid option ${resolve} for flag --resolve-image`);
  }
  const detach = flags.bool('detach');
  if (detach && !flags.changed('detach')) {
    yield* cli.err(
      'Since --detach=false was not specified, tasks will be created in the background.\n' +
        'In a future release, --detach=false will become the default.\n',
    );
  }
  yield* checkManager(cli);
  if (flags.bool('prune')) yield* prune(cli, stack, config);
  yield* deployNetworks(cli, stack, config);
  yield* deploySecrets(cli, stack, config);
  yield* deployConfigs(cli, stack, config);
  const ids = yield* deployServices(cli, stack, config, resolve);
  if (detach) return 0;
  return yield* waitForAll(cli, ids, flags.bool('quiet'));
}

function* checkManager(cli: Cli): Process<void> {
  const info = yield* cli.client.info();
  if (info.Swarm.ControlAvailable) return;
  throw new CliError(
    'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm ' +
      'and try again',
  );
}

/** Removes the stack's services that its file no longer has. */
function* prune(cli: Cli, stack: string, config: ComposeConfig): Process<void> {
  const kept = new Set(config.services.map((service) => scope(stack, service.name)));
  const services = yield* cli.client.serviceList({ filters: stackFilters(stack) });
  yield* removeServices(
    cli,
    services.filter((service) => !kept.has(service.Spec.Name ?? '')),
  );
}

/** Adds what was being done to a refusal. */
function* during<T>(what: string, process: Process<T>): Process<T> {
  try {
    return yield* process;
  } catch (error) {
    if (error instanceof ClientError) throw new CliError(`${what}: ${error.message}`);
    throw error;
  }
}

function* deployNetworks(cli: Cli, stack: string, config: ComposeConfig): Process<void> {
  const used = new Set<string>();
  for (const service of config.services) {
    const names = Object.keys(service.networks ?? {});
    for (const name of names.length > 0 ? names : ['default']) used.add(name);
  }
  for (const name of used) {
    const network = config.networks.get(name);
    if (network?.external) yield* checkExternalNetwork(cli, network.name ?? name);
  }
  const existing = yield* cli.client.networkList({ filters: stackFilters(stack) });
  const known = new Set(existing.map((network) => network.Name));
  for (const key of used) {
    const network = config.networks.get(key) ?? { external: false };
    const name = network.name || scope(stack, key);
    if (network.external || known.has(name)) continue;
    yield* cli.out(`Creating network ${name}\n`);
    yield* during(`failed to create network ${name}`, cli.client.networkCreate(networkRequest(stack, name, network)));
  }
}

function* checkExternalNetwork(cli: Cli, name: string): Process<void> {
  // Those that every node has are not asked for.
  if (!isUserDefined(name)) return;
  try {
    const { Scope: found } = yield* cli.client.networkInspect(name);
    if (found === 'swarm') return;
    throw new CliError(
      `network ${goQuote(name)} is declared as external, but it is not in the right scope: ${goQuote(found)} instead of "swarm"`,
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new CliError(
      `network ${goQuote(name)} is declared as external, but could not be found. ` +
        'You need to create a swarm-scoped network before the stack is deployed',
    );
  }
}

function networkRequest(stack: string, name: string, network: ComposeNetwork): NetworkCreateRequest {
  const { driver = '', config = [] } = network.ipam ?? {};
  const ipam = driver !== '' || config.length > 0;
  return {
    Name: name,
    Driver: network.driver || 'overlay',
    Scope: '',
    IPAM: ipam
      ? {
          Driver: driver,
          Options: null,
          Config: config.length > 0 ? config.map(({ subnet }) => (subnet ? { Subnet: subnet } : {})) : null,
        }
      : null,
    Internal: network.internal === true,
    Attachable: network.attachable === true,
    Ingress: false,
    ConfigOnly: false,
    ConfigFrom: null,
    Options: network.driver_opts ?? null,
    Labels: withStackLabel(stack, network.labels),
  };
}

function* deploySecrets(cli: Cli, stack: string, config: ComposeConfig): Process<void> {
  for (const [key, secret] of config.secrets) {
    if (secret.external) continue;
    const spec: SecretSpec = canonical('swarm.SecretSpec', {
      ...(yield* fileObject(stack, key, secret)),
      ...(secret.driver ? { Driver: { Name: secret.driver, Options: secret.driver_opts } } : {}),
    });
    const { client } = cli;
    yield* createOrUpdate(cli, 'secret', spec.Name ?? '', {
      inspect: (name) => client.secretInspect(name),
      create: () => client.secretCreate(spec),
      update: (found) => client.secretUpdate(found.ID, found.Version, spec),
    });
  }
}

function* deployConfigs(cli: Cli, stack: string, config: ComposeConfig): Process<void> {
  for (const [key, object] of config.configs) {
    if (object.external) continue;
    const spec: ConfigSpec = canonical('swarm.ConfigSpec', yield* fileObject(stack, key, object));
    const { client } = cli;
    yield* createOrUpdate(cli, 'config', spec.Name ?? '', {
      inspect: (name) => client.configInspect(name),
      create: () => client.configCreate(spec),
      update: (found) => client.configUpdate(found.ID, found.Version, spec),
    });
  }
}

function* fileObject(stack: string, key: string, object: ComposeFileObject): Process<SecretSpec> {
  const data = object.driver ? '' : yield* readObject(object.file ?? '');
  return {
    Name: object.name || scope(stack, key),
    Labels: withStackLabel(stack, object.labels),
    Data: toBase64(data),
    ...(object.template_driver ? { Templating: { Name: object.template_driver } } : {}),
  };
}

function* readObject(file: string): Process<string> {
  try {
    return yield* readFile(file);
  } catch (error) {
    if (error instanceof Errno) throw new CliError(`open ${file}: ${errnoText(error)}`);
    throw error;
  }
}

interface Actions<T> {
  readonly inspect: (name: string) => Process<T>;
  readonly create: () => Process<unknown>;
  readonly update: (found: T) => Process<void>;
}

function* createOrUpdate<T>(cli: Cli, noun: string, name: string, actions: Actions<T>): Process<void> {
  let found: T;
  try {
    found = yield* actions.inspect(name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    yield* cli.out(`Creating ${noun} ${name}\n`);
    yield* during(`failed to create ${noun} ${name}`, actions.create());
    return;
  }
  yield* during(`failed to update ${noun} ${name}`, actions.update(found));
}

function* deployServices(cli: Cli, stack: string, config: ComposeConfig, resolve: string): Process<string[]> {
  const specs: ServiceSpec[] = [];
  for (const service of config.services) {
    try {
      const stored = yield* serviceReferences(cli.client, stack, service, config);
      specs.push(convertService(stack, service, config, stored));
    } catch (error) {
      if (error instanceof CliError) throw new CliError(`service ${service.name}: ${error.message}`);
      throw error;
    }
  }
  const existing = yield* cli.client.serviceList({ filters: stackFilters(stack) });
  const byName = new Map(existing.map((service) => [service.Spec.Name ?? '', service]));
  const ids: string[] = [];
  for (const spec of specs) {
    const name = spec.Name ?? '';
    const service = byName.get(name);
    if (service) ids.push(yield* updateService(cli, service, spec, resolve));
    else {
      yield* cli.out(`Creating service ${name}\n`);
      const create = cli.client.serviceCreate(spec, { queryRegistry: resolve !== 'never' });
      ids.push((yield* during(`failed to create service ${name}`, create)).ID);
    }
  }
  return ids;
}

function* updateService(cli: Cli, service: SwarmService, next: ServiceSpec, resolve: string): Process<string> {
  const name = next.Name ?? '';
  yield* cli.out(`Updating service ${name} (id: ${service.ID})\n`);
  const spec = mutableCopy(next);
  const task = spec.TaskTemplate!;
  const before = service.Spec.TaskTemplate;
  const same = task.ContainerSpec!.Image === service.Spec.Labels?.[IMAGE_LABEL];
  // An image that the file names as before keeps the digest it was pinned to, or every deploy would replace the tasks.
  if (same && resolve !== 'always') task.ContainerSpec!.Image = before?.ContainerSpec?.Image;
  task.ForceUpdate = before?.ForceUpdate ?? 0;
  const queryRegistry = resolve === 'always' || (resolve === 'changed' && !same);
  const answer = yield* during(
    `failed to update service ${name}`,
    cli.client.serviceUpdate(service.ID, service.Version, canonical('swarm.ServiceSpec', spec), { queryRegistry }),
  );
  for (const warning of answer.Warnings) yield* cli.err(`${warning}\n`);
  return service.ID;
}

function* waitForAll(cli: Cli, ids: readonly string[], quiet: boolean): Process<number> {
  const errors: string[] = [];
  for (const id of ids) {
    try {
      yield* waitOnService(cli, id, quiet);
    } catch (error) {
      errors.push(`${id}: ${failureText(error)}`);
    }
  }
  if (errors.length > 0) throw new CliError(errors.join('\n'));
  return 0;
}
