/** The PORTS column of containers. Follows docker/cli cli/command/formatter/container.go, DisplayablePorts. */
import type { ContainerSummary } from '../../api/index';
import { compareBytes } from '../../base/natural';

type Port = ContainerSummary['Ports'][number];

interface Group {
  first: number;
  last: number;
}

/** `0.0.0.0:80->80/tcp, [::]:80->80/tcp, 443/tcp`: neighbours that map to themselves are merged. */
export function portsText(ports: readonly Port[]): string {
  const sorted = [...ports].sort(
    (a, b) =>
      a.PrivatePort - b.PrivatePort ||
      compareBytes(a.IP ?? '', b.IP ?? '') ||
      (a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
      compareBytes(a.Type, b.Type),
  );
  const groups = new Map<string, Group>();
  const ended: string[] = [];
  const mapped: string[] = [];
  for (const port of sorted) {
    const { IP: ip = '', PrivatePort: inner, PublicPort: outer = 0, Type: type } = port;
    if (ip !== '' && outer !== inner) {
      mapped.push(`${hostPort(ip, String(outer))}->${inner}/${type}`);
      continue;
    }
    const key = ip === '' ? type : `${ip}/${type}`;
    const group = groups.get(key);
    if (group && inner === group.last + 1) group.last = inner;
    else {
      if (group) ended.push(groupText(key, group));
      groups.set(key, { first: inner, last: inner });
    }
  }
  return [...ended, ...[...groups].map(([key, group]) => groupText(key, group)), ...mapped].join(', ');
}

function groupText(key: string, { first, last }: Group): string {
  const range = first === last ? String(first) : `${first}-${last}`;
  const [ip, type] = key.includes('/') ? (key.split('/') as [string, string]) : ['', key];
  return ip === '' ? `${range}/${type}` : `${hostPort(ip, range)}->${range}/${type}`;
}

/** An address with its port; IPv6 in brackets. */
export function hostPort(ip: string, port: string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
