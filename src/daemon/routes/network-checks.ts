/** Which network settings of a new container exclude each other. Follows moby/moby daemon/pkg/opts and runconfig, validateNetMode. */
import type { CreateRequest } from '../../host/index';
import { refuse } from '../refusal';

function some(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value === true;
}

/** Refuses what cannot be; the warnings otherwise. */
export function checkNetworkMode(
  { config, hostConfig: host }: CreateRequest,
  containerExists: (name: string) => boolean,
): readonly string[] {
  const mode = host.NetworkMode ?? '';
  const conflict = (found: boolean, words: string): void => {
    if (found) refuse(400, `conflicting options: ${words}`);
  };
  if (mode.startsWith('container:')) {
    if (mode === 'container:') refuse(400, 'invalid container format container:<name|id>');
    conflict(Boolean(config.Hostname), 'hostname and the network mode');
    conflict(
      some(host.Links),
      "container type network can't be used with links. This would result in undefined behavior",
    );
    conflict(some(host['Dns']), 'dns and the network mode');
    conflict(some(host.ExtraHosts), 'custom host-to-IP mapping and the network mode');
    const ports = some(host.PortBindings) || some(host.PublishAllPorts);
    conflict(ports, 'port publishing and the container type network mode');
    conflict(some(config.ExposedPorts), 'port exposing and the container type network mode');
  }
  conflict(
    mode === 'host' && some(host.Links),
    "host type networking can't be used with links. This would result in undefined behavior",
  );
  if (['', 'default', 'bridge'].includes(mode)) {
    for (const link of host.Links ?? []) {
      const [name = ''] = link.split(':');
      if (!containerExists(name)) refuse(500, `could not get container for ${name}: No such container: ${name}`);
    }
  }
  return mode === 'host' && some(host.PortBindings)
    ? ['Published ports are discarded when using host network mode']
    : [];
}
