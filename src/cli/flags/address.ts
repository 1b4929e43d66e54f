/** Engine and listen addresses as they are typed. Follows docker/cli opts/hosts.go. */
import { goQuote } from '../../base/go-quote';
import { fail, ok, type Result } from '../../base/result';

/** `tcp://HOST:PORT`, with what is missing taken from `fallback` (HOST:PORT). Follows ParseTCPAddr. */
function tcpAddress(text: string, fallback: string): Result<string, string> {
  if (text === '' || text === 'tcp://') return ok(`tcp://${fallback}`);
  const address = text.startsWith('tcp://') ? text.slice(6) : text;
  if (address.includes('://') || address === '') return fail(`invalid proto, expected tcp: ${text}`);
  const slash = address.indexOf('/');
  const authority = slash < 0 ? address : address.slice(0, slash);
  const path = slash < 0 ? '' : address.slice(slash);
  const [defaultHost, defaultPort] = fallback.split(':') as [string, string];
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority);
  if (parts === null) return fail(`invalid bind address format: ${text}`);
  if (/[^\d]/.test(parts[2] ?? ''))
    return fail(`parse ${goQuote(`tcp://${address}`)}: invalid port ${goQuote(`:${parts[2]}`)} after host`);
  const host = parts[1] === '' ? defaultHost : parts[1]!;
  return ok(`tcp://${host}:${parts[2] || defaultPort}${path}`);
}

/** The same without its scheme, for --listen-addr. Follows docker/cli cli/command/swarm/opts.go, NodeAddrOption. */
export function nodeAddress(text: string, fallback: string): Result<string, string> {
  const address = tcpAddress(text, fallback);
  return address.ok ? ok(address.value.slice('tcp://'.length)) : address;
}

/** What -H or DOCKER_HOST say → the endpoint of requests. Follows ParseHost. */
export function engineAddress(text: string): Result<string, string> {
  const address = text.trim();
  const cut = address.indexOf('://');
  const scheme = cut < 0 ? 'tcp' : address.slice(0, cut);
  const rest = cut < 0 ? address : address.slice(cut + 3);
  switch (scheme) {
    case 'tcp':
      return tcpAddress(rest, 'localhost:2375');
    case 'unix':
      if (rest.includes('://')) return fail(`invalid proto, expected unix: ${rest}`);
      return ok(`unix://${rest === '' ? '/var/run/docker.sock' : rest}`);
    default:
      return fail(`invalid bind address format: ${address}`);
  }
}
