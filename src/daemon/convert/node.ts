/** Nodes as GET answers them. Follows moby/moby daemon/cluster/convert/node.go. */
import type { Node, NodeDescription, NodeSpec } from '../../api/index';
import { formatMicros } from '../../base/time';
import type { NodeAnswer } from '../../swarm/index';
import { refuse } from '../refusal';
import type { Reader } from '../request';
import { labelsOf } from './container-spec';
import { given, members } from './members';

export function nodeView(answer: NodeAnswer): Node {
  const { spec, status, manager } = answer;
  return members<Node>({
    ID: answer.id,
    Version: members({ Index: answer.meta.version }),
    CreatedAt: formatMicros(answer.meta.createdAt),
    UpdatedAt: formatMicros(answer.meta.updatedAt),
    Spec: members<NodeSpec>({
      Name: given(spec.Name),
      Labels: spec.Labels ?? Object.freeze({}),
      Role: spec.Role ?? 'worker',
      Availability: spec.Availability ?? 'active',
    }),
    Description: descriptionView(answer.description),
    Status: members({ State: status.state, Message: given(status.message), Addr: given(status.addr) }),
    ManagerStatus:
      manager &&
      members({
        Leader: given(manager.leader),
        Reachability: manager.reachability,
        Addr: given(manager.addr) as string,
      }),
  });
}

const descriptions = new WeakMap<NodeDescription, NodeDescription>();
const NOTHING = Object.freeze({});
const NO_DESCRIPTION = Object.freeze({
  Platform: NOTHING,
  Resources: NOTHING,
  Engine: NOTHING,
  TLSInfo: NOTHING,
}) as unknown as NodeDescription;

function descriptionView(description: NodeDescription | undefined): NodeDescription {
  if (!description) return NO_DESCRIPTION;
  let view = descriptions.get(description);
  if (!view) descriptions.set(description, (view = convertDescription(description)));
  return view;
}

function convertDescription({ Hostname, Platform, Resources, Engine, TLSInfo }: NodeDescription): NodeDescription {
  return members<NodeDescription>({
    Hostname: given(Hostname) as string,
    Platform: members({ Architecture: given(Platform.Architecture), OS: given(Platform.OS) }),
    Resources: members({
      NanoCPUs: given(Resources.NanoCPUs),
      MemoryBytes: given(Resources.MemoryBytes),
      GenericResources: given(Resources.GenericResources),
    }),
    Engine: members({
      EngineVersion: Engine.EngineVersion,
      Labels: given(Engine.Labels),
      Plugins: given(Engine.Plugins),
    }),
    TLSInfo: members({
      TrustRoot: given(TLSInfo?.TrustRoot),
      CertIssuerSubject: given(TLSInfo?.CertIssuerSubject),
      CertIssuerPublicKey: given(TLSInfo?.CertIssuerPublicKey),
    }),
  });
}

/** Follows NodeSpecToGRPC: role and availability have to be there and known. */
export function nodeSpec(from: Reader): NodeSpec {
  const role = from.string('Role', 'swarm.NodeRole') ?? '';
  if (!/^(?:worker|manager)$/i.test(role)) refuse(400, `invalid Role: "${role}"`);
  const availability = from.string('Availability', 'swarm.NodeAvailability') ?? '';
  if (!/^(?:active|pause|drain)$/i.test(availability)) refuse(400, `invalid Availability: "${availability}"`);
  return members<NodeSpec>({
    Name: given(from.string('Name')),
    Labels: labelsOf(from),
    Role: role.toLowerCase(),
    Availability: availability.toLowerCase(),
  });
}
