/** What a service spec may say. Each refusal is upstream's sentence. Follows controlapi/service.go, validateServiceSpec. */
import type {
  ContainerSpec,
  EndpointSpec,
  FileTarget,
  Resources,
  RestartPolicy,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
  UpdateConfig,
} from '../../api/index';
import { quote } from '../../base/json';
import { parseReference } from '../../base/reference';
import { isIngress } from '../allocator/ports';
import type { RpcError } from '../rpc';
import { parseConstraints } from '../scheduler/constraint';
import { expandContainerSpec } from '../template';
import { annotationsRefusal, invalid } from './common';

/** With these the placeholders of a spec are tried. */
const SOME_TASK = {
  id: '',
  serviceId: 'serviceid',
  serviceName: 'servicename',
  serviceLabels: {},
  slot: 1,
  nodeId: 'nodeid',
};
const SOME_NODE = { hostname: 'nodeHostname', os: 'os', architecture: 'architecture' };

type Refusal = RpcError | undefined;

const CPU_MIN = 1_000_000;
const MEMORY_MIN = 4 * 1024 * 1024;
/** Nanoseconds. */
const HEALTH_INTERVAL_MIN = 1_000_000;

/** undefined when the spec is well-formed. */
export function serviceSpecRefusal(spec: ServiceSpec): Refusal {
  return (
    annotationsRefusal(spec.Name ?? '') ??
    taskRefusal(spec.TaskTemplate ?? {}) ??
    modeRefusal(spec.Mode) ??
    (isJobMode(spec.Mode) ? jobRefusal(spec) : updateRefusal(spec.UpdateConfig)) ??
    endpointRefusal(spec.EndpointSpec)
  );
}

export function isJobMode(mode: ServiceMode | undefined): boolean {
  return mode?.ReplicatedJob !== undefined || mode?.GlobalJob !== undefined;
}

function taskRefusal(task: TaskSpec): Refusal {
  return (
    resourcesRefusal(task.Resources?.Limits) ??
    resourcesRefusal(task.Resources?.Reservations) ??
    restartRefusal(task.RestartPolicy) ??
    placementRefusal(task.Placement?.Constraints) ??
    referencesRefusal(task.ContainerSpec) ??
    runtimeRefusal(task)
  );
}

function resourcesRefusal(resources: Resources | undefined): Refusal {
  const cpus = resources?.NanoCPUs ?? 0;
  if (cpus !== 0 && cpus < CPU_MIN) return invalid(`invalid cpu value ${shortest(cpus)}: Must be at least 0.001`);
  const memory = resources?.MemoryBytes ?? 0;
  return memory !== 0 && memory < MEMORY_MIN
    ? invalid(`invalid memory value ${memory}: Must be at least 4MiB`)
    : undefined;
}

/** Billionths as Go's %g prints them: below 0.0001 with an exponent of two digits. */
function shortest(billionths: number): string {
  if (billionths >= 100_000) return String(billionths / 1e9);
  const digits = String(billionths).replace(/0+$/, '');
  const exponent = 10 - String(billionths).length;
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e-${String(exponent).padStart(2, '0')}`;
}

function restartRefusal(policy: RestartPolicy | undefined): Refusal {
  if ((policy?.Delay ?? 0) < 0) return invalid('TaskSpec: restart-delay cannot be negative');
  if ((policy?.Window ?? 0) < 0) return invalid('TaskSpec: restart-window cannot be negative');
  return undefined;
}

function placementRefusal(constraints: readonly string[] | undefined): Refusal {
  const parsed = parseConstraints(constraints);
  return parsed.ok ? undefined : { code: 'Unknown', message: parsed.error };
}

function runtimeRefusal(task: TaskSpec): Refusal {
  if ((task.Runtime || 'container') !== 'container' || task.PluginSpec || task.NetworkAttachmentSpec) {
    return { code: 'Unimplemented', message: 'RuntimeSpec: unimplemented runtime in service spec' };
  }
  const spec = task.ContainerSpec;
  if (!spec) return invalid('TaskSpec: missing runtime');
  const expanded = expandContainerSpec(spec, SOME_TASK, SOME_NODE);
  if (!expanded.ok) return invalid(expanded.error);
  const container = expanded.value;
  return imageRefusal(container.Image ?? '') ?? mountsRefusal(container) ?? healthRefusal(container);
}

function imageRefusal(image: string): Refusal {
  if (image === '') return invalid('ContainerSpec: image reference must be provided');
  return parseReference(image).ok ? undefined : invalid(`ContainerSpec: ${quote(image)} is not a valid repository/tag`);
}

function mountsRefusal(container: ContainerSpec): Refusal {
  const targets = new Set<string>();
  for (const { Target: target = '' } of container.Mounts ?? []) {
    if (targets.has(target)) return invalid(`ContainerSpec: duplicate mount point: ${target}`);
    targets.add(target);
  }
  return undefined;
}

function healthRefusal({ Healthcheck: health }: ContainerSpec): Refusal {
  if (!health) return undefined;
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval'] as const) {
    const value = health[name] ?? 0;
    if (value !== 0 && value < HEALTH_INTERVAL_MIN) {
      return invalid(`ContainerSpec: ${name} in HealthConfig cannot be less than 1ms`);
    }
  }
  return (health.Retries ?? 0) < 0 ? invalid('ContainerSpec: Retries in HealthConfig cannot be negative') : undefined;
}

/** Secrets and configs as a task names them. Follows validateSecretRefsSpec and validateConfigRefsSpec. */
function referencesRefusal(container: ContainerSpec | undefined): Refusal {
  const secrets = (container?.Secrets ?? []).map(({ SecretID, SecretName, File }) => ({
    id: SecretID,
    name: SecretName,
    file: File,
    runtime: false,
  }));
  const configs = (container?.Configs ?? []).map(({ ConfigID, ConfigName, File, Runtime }) => ({
    id: ConfigID,
    name: ConfigName,
    file: File,
    runtime: Runtime !== undefined,
  }));
  return referenceRefusal('secret', secrets) ?? referenceRefusal('config', configs);
}

interface Reference {
  readonly id: string;
  readonly name: string;
  readonly file: FileTarget | undefined;
  readonly runtime: boolean;
}

function referenceRefusal(kind: string, references: readonly Reference[]): Refusal {
  const targets = new Map<string, string>();
  for (const { id, name, file, runtime } of references) {
    if (!id || !name) return invalid(`malformed ${kind} reference`);
    if (!file && !runtime) return invalid(`malformed ${kind} reference, no target provided`);
    if (!file) continue;
    if (!file.Name) return invalid(`malformed file ${kind} reference, invalid target file name provided`);
    const other = targets.get(file.Name);
    if (other !== undefined) {
      return invalid(`${kind} references '${other}' and '${name}' have a conflicting target: '${file.Name}'`);
    }
    targets.set(file.Name, name);
  }
  return undefined;
}

function modeRefusal(mode: ServiceMode | undefined): Refusal {
  if ((mode?.Replicated?.Replicas ?? 0) < 0) return invalid('Number of replicas must be non-negative');
  if ((mode?.ReplicatedJob?.MaxConcurrent ?? 0) < 0) return invalid('Maximum concurrent jobs must not be negative');
  if ((mode?.ReplicatedJob?.TotalCompletions ?? 0) < 0) return invalid('Total completed jobs must not be negative');
  return undefined;
}

function jobRefusal(spec: ServiceSpec): Refusal {
  return spec.UpdateConfig ? invalid('Jobs may not have an update config') : undefined;
}

function updateRefusal(config: UpdateConfig | undefined): Refusal {
  if (!config) return undefined;
  if ((config.Delay ?? 0) < 0) return invalid('TaskSpec: update-delay cannot be negative');
  if ((config.Monitor ?? 0) < 0) return invalid('TaskSpec: update-monitor cannot be negative');
  const ratio = config.MaxFailureRatio ?? 0;
  return ratio < 0 || ratio > 1
    ? invalid('TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1')
    : undefined;
}

function endpointRefusal(endpoint: EndpointSpec | undefined): Refusal {
  const published = new Set<string>();
  for (const port of endpoint?.Ports ?? []) {
    if (endpoint?.Mode === 'dnsrr' && isIngress(port)) {
      return invalid("EndpointSpec: port published with ingress mode can't be used with dnsrr mode");
    }
    if (!port.PublishedPort) continue;
    const name = `${port.PublishedPort}/${port.Protocol || 'tcp'}`;
    if (published.has(name)) return invalid('EndpointSpec: duplicate published ports provided');
    published.add(name);
  }
  return undefined;
}
