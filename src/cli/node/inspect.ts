/** docker node inspect. Follows docker/cli cli/command/node/inspect.go and formatter.go. */
import type { Node } from '../../api/index';
import type { Process } from '../../base/process';
import { bytesSize } from '../../base/units';
import type { Cli, Invocation } from '../command';
import { inspectPrettily, labelLines } from '../format/pretty';
import { prettyPrint } from '../format/text';
import { timeText } from '../template/fmt';
import { nodeReference } from './reference';

export function* nodeInspect(cli: Cli, invocation: Invocation): Process<number> {
  return yield* inspectPrettily<Node>(cli, invocation, {
    get: function* (reference) {
      return yield* cli.client.nodeInspect(yield* nodeReference(cli, reference));
    },
    inspected: (node) => ({ data: node, type: 'swarm.Node', raw: false }),
    pretty: prettyNode,
  });
}

/** Tabs and odd blanks are upstream's. */
function prettyNode(node: Node): string {
  const { Description: description, Status: status, ManagerStatus: manager } = node;
  const tls = description.TLSInfo;
  const lines = [
    `ID:\t\t\t${node.ID}`,
    ...(node.Spec.Name ? [`Name:\t\t\t${node.Spec.Name}`] : []),
    ...labelLines('Labels:', node.Spec.Labels),
    `Hostname:              \t${description.Hostname}`,
    `Joined at:             \t${prettyPrint(timeText(node.CreatedAt))}`,
    'Status:',
    ` State:\t\t\t${prettyPrint(status.State)}`,
    ...(status.Message ? [` Message:              \t${prettyPrint(status.Message)}`] : []),
    ` Availability:         \t${prettyPrint(node.Spec.Availability ?? '')}`,
    ...(status.Addr ? [` Address:\t\t${status.Addr}`] : []),
  ];
  if (manager) {
    lines.push(
      'Manager Status:',
      ` Address:\t\t${manager.Addr}`,
      ` Raft Status:\t\t${prettyPrint(manager.Reachability)}`,
    );
    lines.push(` Leader:\t\t${manager.Leader ? 'Yes' : 'No'}`);
  }
  const memory = description.Resources.MemoryBytes ?? 0;
  lines.push(
    'Platform:',
    ` Operating System:\t${description.Platform.OS ?? ''}`,
    ` Architecture:\t\t${description.Platform.Architecture ?? ''}`,
    'Resources:',
    ` CPUs:\t\t\t${Math.floor((description.Resources.NanoCPUs ?? 0) / 1e9)}`,
    ` Memory:\t\t${memory === 0 ? '' : bytesSize(memory)}`,
    ...pluginLines(node),
    `Engine Version:\t\t${description.Engine.EngineVersion}`,
    ...labelLines('Engine Labels:', description.Engine.Labels),
  );
  if (tls?.TrustRoot || tls?.CertIssuerSubject || tls?.CertIssuerPublicKey) {
    lines.push('TLS Info:', ' TrustRoot:', tls.TrustRoot ?? '', ` Issuer Subject:\t${tls.CertIssuerSubject ?? ''}`);
    lines.push(` Issuer Public Key:\t${tls.CertIssuerPublicKey ?? ''}`);
  }
  return lines.join('\n');
}

function pluginLines(node: Node): string[] {
  const byType = new Map<string, string[]>();
  for (const { Type, Name } of node.Description.Engine.Plugins ?? []) {
    const names = byType.get(Type);
    if (names === undefined) byType.set(Type, [Name]);
    else names.push(Name);
  }
  if (byType.size === 0) return [];
  const types = [...byType.keys()].sort((a, b) => (a < b ? -1 : 1));
  return ['Plugins:', ...types.map((type) => ` ${type}:\t\t${byType.get(type)!.join(', ')}`)];
}
