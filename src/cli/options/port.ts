/** `--publish` of services and containers. Follows docker/cli opts/swarmopts/port.go, docker/go-connections nat. */
import type { PortConfig } from '../../api/index';
import { fail, ok, type Result } from '../../base/result';
import { splitCsv } from '../flags/csv';
import { isIpAddress } from '../flags/ip';

/** One container port and where it is bound; `hostPort` '' is any, `8000-8010` one of a range. */
export interface PortMapping {
  /** `80/tcp`. */
  readonly port: string;
  readonly hostIp: string;
  readonly hostPort: string;
}

const LONG = /\w+=\w+(,\w+=\w+)*/;

/** `[ip:][hostPort:]containerPort[/protocol]`, with ranges. */
export function parsePortSpec(text: string): Result<readonly PortMapping[], string> {
  const parts = text.split(':');
  const { protocol, port } = splitProtocol(parts.at(-1)!);
  const hostPort = parts.length > 1 ? parts.at(-2)! : '';
  const ip = unbracket(parts.slice(0, -2).join(':'));
  if (ip !== '' && !isIpAddress(ip)) return fail(`invalid IP address: ${ip}`);
  if (port === '') return fail(`no port specified: ${text}<empty>`);
  const target = parseRange(port);
  if (!target) return fail(`invalid containerPort: ${port}`);
  const host = hostPort === '' ? { first: 0, last: 0 } : parseRange(hostPort);
  if (!host) return fail(`invalid hostPort: ${hostPort}`);
  const many = target.last !== target.first;
  if (hostPort !== '' && target.last - target.first !== host.last - host.first && many) {
    return fail(`invalid ranges specified for container and host Ports: ${port} and ${hostPort}`);
  }
  const lower = protocol.toLowerCase();
  if (!['tcp', 'udp', 'sctp'].includes(lower)) return fail(`invalid proto: ${protocol}`);
  const mappings: PortMapping[] = [];
  for (let step = 0; step <= target.last - target.first; step++) {
    let bound = hostPort === '' ? '' : String(host.first + step);
    if (!many && host.first !== host.last) bound += `-${host.last}`;
    mappings.push({ port: `${target.first + step}/${lower}`, hostIp: ip, hostPort: bound });
  }
  return ok(mappings);
}

function unbracket(ip: string): string {
  return ip.startsWith('[') && ip.endsWith(']') ? ip.slice(1, -1) : ip;
}

function splitProtocol(text: string): { protocol: string; port: string } {
  const [port = '', protocol] = text.split('/');
  return port === '' ? { protocol: '', port: '' } : { protocol: protocol || 'tcp', port };
}

/** `80` or `80-90`; undefined when it is neither. */
export function parseRange(text: string): { first: number; last: number } | undefined {
  const [from = '', to = from] = text.split('-');
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) return undefined;
  const first = Number(from);
  const last = Number(to);
  return first > 65535 || last > 65535 || last < first ? undefined : { first, last };
}

/** `8080:80`, `8080-8081:80-81/udp` or `published=8080,target=80,mode=host`, for a service. */
export function parseServicePorts(text: string): Result<readonly PortConfig[], string> {
  if (LONG.test(text)) return longPort(text);
  const specs = parsePortSpec(text);
  if (!specs.ok) return specs;
  const ports: PortConfig[] = [];
  for (const { port, hostIp, hostPort } of specs.value) {
    if (hostIp !== '') return fail('hostip is not supported');
    ports.push(...portConfigs(port, hostPort));
  }
  return ok(ports);
}

/** The published ports of one container port. Follows ConvertPortToPortConfig. */
export function portConfigs(port: string, hostPort: string): PortConfig[] {
  const [target, protocol] = port.split('/') as [string, string];
  const range = hostPort === '' ? { first: 0, last: 0 } : parseRange(hostPort)!;
  const out: PortConfig[] = [];
  for (let published = range.first; published <= range.last; published++) {
    out.push({
      Protocol: protocol,
      TargetPort: Number(target),
      ...(published === 0 ? {} : { PublishedPort: published }),
      PublishMode: 'ingress',
    });
  }
  return out;
}

function longPort(text: string): Result<readonly PortConfig[], string> {
  let protocol = '';
  let mode = '';
  let target = 0;
  let published = 0;
  for (const field of splitCsv(text) ?? []) {
    const lower = field.toLowerCase();
    const cut = lower.indexOf('=');
    if (cut <= 0) return fail(`invalid field: ${field}`);
    const [key, value] = [lower.slice(0, cut), lower.slice(cut + 1)];
    if (key === 'protocol') {
      if (!['tcp', 'udp', 'sctp'].includes(value)) return fail(`invalid protocol value '${value}'`);
      protocol = value;
    } else if (key === 'mode') {
      if (value !== 'ingress' && value !== 'host') {
        return fail(`invalid publish mode value (${value}): must be either 'ingress' or 'host'`);
      }
      mode = value;
    } else if (key === 'target' || key === 'published') {
      const why = portProblem(value);
      if (why) return fail(`invalid ${key} port (${value}): value must be an integer: ${why}`);
      if (key === 'target') target = Number(value);
      else published = Number(value);
    } else return fail(`invalid field key: ${key}`);
  }
  if (target === 0) return fail("missing mandatory field 'target'");
  return ok([
    {
      Protocol: protocol || 'tcp',
      TargetPort: target,
      ...(published === 0 ? {} : { PublishedPort: published }),
      PublishMode: mode || 'ingress',
    },
  ]);
}

function portProblem(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return 'invalid syntax';
  return Number(text) > 65535 ? 'value out of range' : undefined;
}
