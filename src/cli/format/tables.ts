/** The lists of the swarm's nouns, sorted and printed. */
import type { Config, NetworkInspect, Node, Secret, SwarmInfo, TLSInfo, Volume } from '../../api/index';
import { compareNaturally } from '../../base/natural';
import { type Micros, now, type Process } from '../../base/process';
import { humanSize } from '../../base/units';
import type { Cli } from '../command';
import { timeText } from '../template/fmt';
import { BOOL } from '../template/value';
import { type Field, type ListOptions, type ListShape, printList } from './list';
import { ago, labelList, prettyPrint, truncateId } from './text';

interface NodeRow {
  readonly node: Node;
  readonly info: SwarmInfo | undefined;
}

const NODES: ListShape<NodeRow> = {
  goName: '*node.nodeContext',
  fields: {
    ID: { header: 'ID', value: ({ node }) => node.ID },
    Self: { header: '', type: BOOL, value: ({ node, info }) => node.ID === info?.NodeID },
    Hostname: { header: 'HOSTNAME', value: ({ node }) => node.Description.Hostname },
    Status: { header: 'STATUS', value: ({ node }) => prettyPrint(node.Status.State) },
    Availability: { header: 'AVAILABILITY', value: ({ node }) => prettyPrint(node.Spec.Availability ?? '') },
    ManagerStatus: { header: 'MANAGER STATUS', value: ({ node }) => managerStatus(node) },
    EngineVersion: { header: 'ENGINE VERSION', value: ({ node }) => node.Description.Engine.EngineVersion },
    TLSStatus: { header: 'TLS STATUS', value: tlsStatus },
  },
  table:
    '{{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}' +
    '\t{{.ManagerStatus}}\t{{.EngineVersion}}',
  quiet: '{{.ID}}',
  raw:
    'node_id: {{.ID}}\\nhostname: {{.Hostname}}\\nstatus: {{.Status}}\\navailability: {{.Availability}}' +
    '\\nmanager_status: {{.ManagerStatus}}\\n',
  rawQuiet: 'node_id: {{.ID}}',
};

function managerStatus(node: Node): string {
  const status = node.ManagerStatus;
  if (!status) return '';
  return prettyPrint(status.Leader ? 'Leader' : status.Reachability);
}

function tlsStatus({ node, info }: NodeRow): string {
  const cluster = info?.Cluster?.TLSInfo;
  const own = node.Description.TLSInfo;
  if (!cluster || !own || isEmpty(cluster) || isEmpty(own)) return 'Unknown';
  const same =
    cluster.TrustRoot === own.TrustRoot &&
    cluster.CertIssuerSubject === own.CertIssuerSubject &&
    cluster.CertIssuerPublicKey === own.CertIssuerPublicKey;
  return same ? 'Ready' : 'Needs Rotation';
}

function isEmpty(info: TLSInfo): boolean {
  return !info.TrustRoot && !info.CertIssuerSubject && !info.CertIssuerPublicKey;
}

/** `docker node ls`. `info` marks the node that was asked. Follows docker/cli cli/command/node/formatter.go. */
export function* printNodes(
  cli: Cli,
  nodes: readonly Node[],
  info: SwarmInfo | undefined,
  options: ListOptions,
): Process<void> {
  const rows = nodes.map((node) => ({ node, info }));
  rows.sort((a, b) => compareNaturally(a.node.Description.Hostname, b.node.Description.Hostname));
  yield* printList(cli, NODES, rows, options);
}

function networkShape(noTrunc: boolean): ListShape<NetworkInspect> {
  return {
    goName: '*network.networkContext',
    fields: {
      ID: { header: 'NETWORK ID', value: (network) => (noTrunc ? network.Id : truncateId(network.Id)) },
      Name: { header: 'NAME', value: (network) => network.Name },
      Driver: { header: 'DRIVER', value: (network) => network.Driver },
      Scope: { header: 'SCOPE', value: (network) => network.Scope },
      IPv4: { header: 'IPV4', value: (network) => String(network.EnableIPv4) },
      IPv6: { header: 'IPV6', value: (network) => String(network.EnableIPv6) },
      Internal: { header: 'INTERNAL', value: (network) => String(network.Internal) },
      Labels: { header: 'LABELS', value: (network) => labelList(network.Labels) },
      CreatedAt: { header: 'CREATED AT', value: (network) => timeText(network.Created) },
    },
    label: (network, name) => network.Labels?.[name] ?? '',
    table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
    quiet: '{{.ID}}',
    raw: 'network_id: {{.ID}}\\nname: {{.Name}}\\ndriver: {{.Driver}}\\nscope: {{.Scope}}\\n',
    rawQuiet: 'network_id: {{.ID}}',
  };
}

/** `docker network ls`. Follows docker/cli cli/command/network/formatter.go. */
export function* printNetworks(
  cli: Cli,
  networks: readonly NetworkInspect[],
  options: ListOptions & { noTrunc: boolean },
): Process<void> {
  yield* printList(
    cli,
    networkShape(options.noTrunc),
    byName(networks, (network) => network.Name),
    options,
  );
}

function byName<T>(items: readonly T[], name: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareNaturally(name(a), name(b)));
}

/** The fields that secrets and configs share. */
function stored(now: Micros): { readonly [name: string]: Field<Secret | Config> } {
  return {
    ID: { header: 'ID', value: (one) => one.ID },
    Name: { header: 'NAME', value: (one) => one.Spec.Name ?? '' },
    CreatedAt: { header: 'CREATED', value: (one) => ago(one.CreatedAt, now) },
    UpdatedAt: { header: 'UPDATED', value: (one) => ago(one.UpdatedAt, now) },
    Labels: { header: 'LABELS', value: (one) => labelList(one.Spec.Labels) },
  };
}

/** `docker secret ls`. Follows docker/cli cli/command/secret/formatter.go. */
export function* printSecrets(cli: Cli, secrets: readonly Secret[], options: ListOptions): Process<void> {
  const shape: ListShape<Secret> = {
    goName: '*secret.secretContext',
    fields: {
      ...stored(yield* now()),
      Driver: { header: 'DRIVER', value: (secret) => secret.Spec.Driver?.Name ?? '' },
    },
    label: (secret, name) => secret.Spec.Labels?.[name] ?? '',
    table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}',
    quiet: '{{.ID}}',
  };
  yield* printList(
    cli,
    shape,
    byName(secrets, (secret) => secret.Spec.Name ?? ''),
    options,
  );
}

/** `docker config ls`. Follows docker/cli cli/command/config/formatter.go. */
export function* printConfigs(cli: Cli, configs: readonly Config[], options: ListOptions): Process<void> {
  const shape: ListShape<Config> = {
    goName: '*config.configContext',
    fields: stored(yield* now()),
    label: (config, name) => config.Spec.Labels?.[name] ?? '',
    table: '{{.ID}}\t{{.Name}}\t{{.CreatedAt}}\t{{.UpdatedAt}}',
    quiet: '{{.ID}}',
  };
  yield* printList(
    cli,
    shape,
    byName(configs, (config) => config.Spec.Name ?? ''),
    options,
  );
}

export const VOLUMES: ListShape<Volume> = {
  goName: '*formatter.volumeContext',
  fields: {
    Name: { header: 'VOLUME NAME', value: (volume) => volume.Name },
    Group: { header: 'GROUP', value: () => 'N/A' },
    Driver: { header: 'DRIVER', value: (volume) => volume.Driver },
    Scope: { header: 'SCOPE', value: (volume) => volume.Scope },
    Availability: { header: 'AVAILABILITY', value: () => 'N/A' },
    Mountpoint: { header: 'MOUNTPOINT', value: (volume) => volume.Mountpoint },
    Labels: { header: 'LABELS', value: (volume) => labelList(volume.Labels) },
    Links: { header: 'LINKS', value: ({ UsageData }) => (UsageData ? String(UsageData.RefCount) : 'N/A') },
    Size: { header: 'SIZE', value: ({ UsageData }) => (UsageData ? humanSize(UsageData.Size) : 'N/A') },
    Status: { header: 'STATUS', value: () => 'N/A' },
  },
  label: (volume, name) => volume.Labels?.[name] ?? '',
  table: '{{.Driver}}\t{{.Name}}',
  quiet: '{{.Name}}',
  raw: 'name: {{.Name}}\\ndriver: {{.Driver}}\\n',
  rawQuiet: 'name: {{.Name}}',
};

/** `docker volume ls`. Follows docker/cli cli/command/formatter/volume.go. */
export function* printVolumes(cli: Cli, volumes: readonly Volume[], options: ListOptions): Process<void> {
  yield* printList(
    cli,
    VOLUMES,
    byName(volumes, (volume) => volume.Name),
    options,
  );
}
