/** Networks between the API and the store. Follows moby/moby daemon/cluster/convert/network.go. */
import type { IPAM, IPAMOptions, Network, NetworkCreateRequest, NetworkInspect, NetworkSpec } from '../../api/index';
import { formatMicros, ZERO_TIME } from '../../base/time';
import type { NetworkObject } from '../../swarm/index';
import { given, members } from './members';

const VXLAN_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';

/** The user's driver options and the VXLAN ids that the allocator added. */
function driverOptions(object: NetworkObject): { readonly [key: string]: string } | null {
  if (!object.state) return null;
  const options = { ...object.spec.DriverConfiguration?.Options };
  const { vni, moreVnis = [], driver } = object.state;
  if (vni !== 0) options[VXLAN_OPTION] = [vni, ...moreVnis].join(',');
  const entries = Object.entries(options).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return entries.length === 0 && driver !== 'overlay' ? null : Object.freeze(Object.fromEntries(entries));
}

function isIngress(object: NetworkObject): boolean {
  return object.spec.Ingress === true;
}

const lists = new WeakMap<NetworkObject, NetworkInspect>();

/** As GET /networks shows a network of the swarm. */
export function networkView(object: NetworkObject): NetworkInspect {
  let view = lists.get(object);
  if (!view) lists.set(object, (view = convert(object)));
  return view;
}

function convert(object: NetworkObject): NetworkInspect {
  const { spec, state } = object;
  const labels = spec.Labels ?? {};
  const ipam: IPAM = state
    ? {
        // Networks that each node makes by itself have no addresses here.
        Driver: state.driver === 'overlay' ? spec.IPAMOptions?.Driver?.Name || 'default' : '',
        Options: spec.IPAMOptions?.Driver?.Options ?? null,
        Config: state.subnets.map(({ subnet, gateway }, at) =>
          members({
            Subnet: subnet,
            IPRange: given(spec.IPAMOptions?.Configs?.[at]?.Range),
            Gateway: given(gateway),
          }),
        ),
      }
    : { Driver: '', Options: null, Config: null };
  return Object.freeze({
    Name: spec.Name ?? '',
    Id: object.id,
    Created: formatMicros(object.meta.createdAt),
    Scope: 'swarm',
    Driver: state?.driver ?? '',
    EnableIPv4: true,
    EnableIPv6: spec.IPv6Enabled === true,
    IPAM: Object.freeze(ipam),
    Internal: spec.Internal === true,
    Attachable: spec.Attachable === true,
    Ingress: isIngress(object),
    ConfigFrom: Object.freeze({ Network: spec.ConfigFrom?.Network ?? '' }),
    ConfigOnly: false,
    Containers: null,
    Options: driverOptions(object),
    Labels: Object.keys(labels).length === 0 ? null : labels,
  });
}

const attached = new WeakMap<NetworkObject, Network>();

/** As it stands in a task that is attached to it. */
export function attachedNetwork(object: NetworkObject | undefined, id: string): Network {
  if (!object) {
    const Spec = Object.freeze({ Labels: Object.freeze({}) });
    const empty = { ID: id, Version: {}, CreatedAt: ZERO_TIME, UpdatedAt: ZERO_TIME, Spec, DriverState: {} };
    return Object.freeze(empty) as unknown as Network;
  }
  let view = attached.get(object);
  if (!view) attached.set(object, (view = convertAttached(object)));
  return view;
}

function convertAttached(object: NetworkObject): Network {
  const { spec, state } = object;
  return members<Network>({
    ID: object.id,
    Version: members({ Index: object.meta.version }),
    CreatedAt: formatMicros(object.meta.createdAt),
    UpdatedAt: formatMicros(object.meta.updatedAt),
    Spec: members<NetworkSpec>({
      Name: given(spec.Name),
      Labels: spec.Labels ?? Object.freeze({}),
      DriverConfiguration:
        spec.DriverConfiguration &&
        members({ Name: given(spec.DriverConfiguration.Name), Options: given(spec.DriverConfiguration.Options) }),
      IPv6Enabled: given(spec.IPv6Enabled),
      Internal: given(spec.Internal),
      Attachable: given(spec.Attachable),
      Ingress: given(isIngress(object)),
      IPAMOptions: spec.IPAMOptions && ipamOptions(spec.IPAMOptions),
      ConfigFrom: spec.ConfigFrom,
      Scope: 'swarm',
    }),
    DriverState: members({ Name: given(state?.driver), Options: given(driverOptions(object)) ?? undefined }),
    IPAMOptions: (state && !state.predefined
      ? members({
          Driver: members({ Name: spec.IPAMOptions?.Driver?.Name || 'default' }),
          Configs: given(
            state.subnets.map(({ subnet, gateway }) => members({ Subnet: given(subnet), Gateway: given(gateway) })),
          ),
        })
      : undefined) as IPAMOptions,
  });
}

function ipamOptions(options: IPAMOptions): IPAMOptions {
  return members<IPAMOptions>({
    Driver: members({ Name: given(options.Driver?.Name), Options: given(options.Driver?.Options) }),
    Configs: given(
      options.Configs?.map((config) =>
        members({ Subnet: given(config.Subnet), Range: given(config.Range), Gateway: given(config.Gateway) }),
      ),
    ),
  });
}

/** A network to be made in the swarm. Follows BasicNetworkCreateToGRPC. */
export function networkSpec(create: NetworkCreateRequest): NetworkSpec {
  const ipam = create.IPAM ?? undefined;
  return members<NetworkSpec>({
    Name: create.Name,
    Labels: given(create.Labels ?? undefined) ?? Object.freeze({}),
    DriverConfiguration: members({ Name: create.Driver ?? '', Options: given(create.Options ?? undefined) }),
    IPv6Enabled: given(create.EnableIPv6),
    Internal: given(create.Internal),
    Attachable: given(create.Attachable),
    Ingress: given(create.Ingress),
    IPAMOptions:
      ipam &&
      members<IPAMOptions>({
        Driver: members({ Name: ipam.Driver || 'default', Options: given(ipam.Options ?? undefined) }),
        Configs: given(
          (ipam.Config ?? []).map((config) =>
            members({ Subnet: given(config.Subnet), Range: given(config.IPRange), Gateway: given(config.Gateway) }),
          ),
        ),
      }),
    ConfigFrom: create.ConfigFrom ?? undefined,
  });
}
