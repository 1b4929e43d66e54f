/** Small things of a build: the image of nothing, a refusal, ports and variables read. */
import { type ContainerConfig, EMPTY_LAYER, type RegistryImage } from '../../host/index';

/** An image of nothing: FROM scratch. */
export const SCRATCH: RegistryImage = {
  repository: 'scratch',
  tag: '',
  digest: '',
  id: '',
  layers: [],
  size: 0,
  created: 0,
  config: {},
  comment: '',
  files: () => EMPTY_LAYER,
  shell: undefined,
};

export class Refused extends Error {}

/** `80`, `80-82/udp` → each port with its protocol. */
export function portsOf(word: string): readonly string[] {
  const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || last > 65_535 || last < first) throw new Refused(`invalid containerPort: ${word}`);
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${(match[3] ?? 'tcp').toLowerCase()}`);
}

export function needsBuildKit(flag: string): string {
  return `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`;
}

export function environmentOf(config: ContainerConfig): readonly (readonly [string, string])[] {
  return (config.Env ?? []).map((text) => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
