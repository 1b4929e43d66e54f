/**
 * Registries other than the Hub: dockerd asks them over the network, in the words of the distribution API. Manifests are
 * real text with real digests; what the layers hold is kept by image id beside the Hub's own images.
 *
 * Follows distribution/distribution registry/client and moby/moby registry/service_v2.go.
 */
import { type Bytes, fromUtf8, toHex, utf8 } from '../base/bytes';
import { quote, stringify } from '../base/json';
import { familiarString, type Reference } from '../base/reference';
import { sha256 } from '../base/sha256';
import type { AskFailure } from './ask';
import { parseAddress } from './ipam';
import type { Registry, RegistryImage } from './ports';
import { type HostError, hostError } from './types';

export const MANIFEST_TYPE = 'application/vnd.docker.distribution.manifest.v2+json';

/** How dockerd reaches servers. */
export interface RegistryNetwork {
  ask(name: string, port: number, data: Bytes): Bytes | AskFailure;
  resolve(name: string): readonly string[];
  /** The machine's name server. */
  readonly nameServer: string;
}

interface Answer {
  readonly status: number;
  readonly body: Bytes;
}

/** Registries of the outside world, of which nothing is here. */
const PUBLIC =
  'quay.io ghcr.io gcr.io k8s.gcr.io registry.k8s.io mcr.microsoft.com public.ecr.aws registry.gitlab.com lscr.io'.split(
    ' ',
  );

/** Whether a reference is the Hub's, or another of the outside world's. */
export function isPublic({ domain }: Reference): boolean {
  return domain === 'docker.io' || PUBLIC.includes(domain);
}

/** The manifest that a push writes: text as the engine's. */
export function manifestText(image: RegistryImage): Bytes {
  const config = stringify(JSON.parse(JSON.stringify(image.config)));
  return stringify(
    {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length + 640 + 130 * image.layers.length,
        digest: image.id,
      },
      layers: image.layers.map(({ size, digest }) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size,
        digest,
      })),
    },
    { indent: 3 },
  );
}

export function digestOf(text: Bytes): string {
  return `sha256:${toHex(sha256(text))}`;
}

/** One registry, as a machine's dockerd talks to it. Every function gives a value or the sentence of what went wrong. */
export class PrivateRegistry {
  private readonly secure: boolean;
  private readonly name: string;
  private readonly port: number;

  constructor(
    private readonly domain: string,
    private readonly network: RegistryNetwork,
    insecure: readonly string[],
  ) {
    const colon = domain.lastIndexOf(':');
    this.name = colon < 0 ? domain : domain.slice(0, colon);
    const loopback = this.name === 'localhost' || this.name.startsWith('127.');
    this.secure = !loopback && !insecure.includes(domain) && !this.inRange(insecure);
    this.port = colon < 0 ? (this.secure ? 443 : 80) : Number(domain.slice(colon + 1));
  }

  /** What a name stands for there. */
  find(reference: Reference, images: Registry): RegistryImage | HostError {
    const unreachable = this.ping();
    if (unreachable !== undefined) return hostError(500, unreachable);
    const manifest = this.send('GET', `/v2/${reference.path}/manifests/${reference.digest ?? reference.tag}`);
    if (typeof manifest === 'string') return hostError(500, manifest);
    const missing = `manifest for ${familiarString(reference)} not found: manifest unknown: manifest unknown`;
    if (manifest.status !== 200) return hostError(404, missing);
    const { config } = JSON.parse(manifest.body) as { config?: { digest?: string } };
    const image = images.content(config?.digest ?? '');
    return image ? { ...image, digest: digestOf(manifest.body) } : hostError(404, missing);
  }

  /** Why it does not answer, undefined when it does. */
  ping(): string | undefined {
    const answer = this.send('GET', '/v2/');
    if (typeof answer === 'string') return answer;
    if (answer.status === 200) return undefined;
    const first = answer.body[0];
    const why =
      first === undefined
        ? 'unexpected end of JSON input'
        : `invalid character '${first}' looking for beginning of value`;
    return `error parsing HTTP ${answer.status} response body: ${why}: ${quote(fromUtf8(answer.body))}`;
  }

  /** Puts one layer there: what docker says of it. */
  putLayer(repository: string, digest: string): string {
    const blob = `/v2/${repository}/blobs/`;
    const held = this.send('HEAD', `${blob}${digest}`);
    if (typeof held !== 'string' && held.status === 200) return 'Layer already exists';
    const begun = this.send('POST', `${blob}uploads/?mount=${digest}`);
    if (typeof begun !== 'string' && begun.status === 201) return `Mounted from ${begun.body.trim()}`;
    this.send('PUT', `${blob}uploads/?digest=${digest}`);
    return 'Pushed';
  }

  /** Puts a manifest under a tag; the failure's sentence. */
  putManifest(repository: string, tag: string, text: Bytes): string | undefined {
    const answer = this.send('PUT', `/v2/${repository}/manifests/${tag}`, text);
    if (typeof answer === 'string') return answer;
    return answer.status === 201 ? undefined : `received unexpected HTTP status: ${answer.status}`;
  }

  private inRange(insecure: readonly string[]): boolean {
    const address = parseAddress(this.network.resolve(this.name)[0] ?? '');
    return (
      address !== undefined &&
      insecure.some((entry) => {
        const [base = '', length] = entry.split('/');
        const start = length === undefined ? undefined : parseAddress(base);
        const size = 2 ** (32 - Number(length));
        return start !== undefined && address >= start && address < start + size;
      })
    );
  }

  private send(method: string, path: string, body: Bytes = ''): Answer | string {
    const url = `${this.secure ? 'https' : 'http'}://${this.domain}/v2/`;
    const failed = (why: string): string => `Get ${quote(url)}: ${why}`;
    const address = this.network.resolve(this.name)[0];
    if (address === undefined) {
      return failed(`dial tcp: lookup ${this.name} on ${this.network.nameServer}:53: no such host`);
    }
    const type = body === '' ? '' : `Content-Type: ${MANIFEST_TYPE}\r\nContent-Length: ${body.length}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.domain}\r\nUser-Agent: docker/28.2.2 go/go1.24.3\r\nAccept: ${MANIFEST_TYPE}\r\n`;
    const answer = this.network.ask(this.name, this.port, utf8(`${head}${type}\r\n`) + body);
    if (typeof answer !== 'string') return failed(reason(answer.failed, `${address}:${this.port}`));
    if (this.secure) return failed('http: server gave HTTP response to HTTPS client');
    const end = answer.indexOf('\r\n\r\n');
    return { status: Number(answer.slice(9, 12)), body: answer.slice(end + 4) };
  }
}

function reason(failed: AskFailure['failed'], address: string): string {
  if (failed === 'refused') return `dial tcp ${address}: connect: connection refused`;
  if (failed === 'unreachable') return `dial tcp ${address}: connect: no route to host`;
  if (failed === 'closed') return 'EOF';
  return 'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)';
}
