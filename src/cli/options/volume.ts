/** The short form of a volume: `SOURCE:TARGET:ro`. Follows docker/cli cli/compose/loader/volume.go. */
import { CliError } from '../command';
import type { ServiceVolume } from '../stack/compose/types';

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

export function parseVolume(spec: string): ServiceVolume {
  if (spec === '') throw new CliError('invalid empty volume spec');
  if (spec.length < 3) return { type: 'volume', target: spec };
  const sections = sectionsOf(spec);
  if (sections.includes('')) throw new CliError(`invalid spec: ${spec}: empty section between colons`);
  if (sections.length > 3) throw new CliError(`invalid spec: ${spec}: too many colons`);
  if (sections.length === 1) return { type: 'volume', target: sections[0]! };
  const [source, target, options = ''] = sections as [string, string, string?];
  return { type: isPath(source) ? 'bind' : 'volume', source, target, ...readOptions(options) };
}

/** Cut at colons, but not behind the letter of a Windows drive. */
function sectionsOf(spec: string): string[] {
  const sections: string[] = [];
  for (const part of spec.split(':')) {
    const before = sections.at(-1);
    if (before !== undefined && /^\p{L}$/u.test(before)) sections[sections.length - 1] = `${before}:${part}`;
    else sections.push(part);
  }
  return sections;
}

function isPath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

/** Unknown options are passed over. */
function readOptions(text: string): ServiceVolume {
  let out: ServiceVolume = {};
  for (const option of text.split(',')) {
    if (option === 'ro') out = { ...out, read_only: true };
    else if (option === 'rw') out = { ...out, read_only: false };
    else if (option === 'nocopy') out = { ...out, volume: { nocopy: true } };
    else if (PROPAGATIONS.includes(option)) out = { ...out, bind: { propagation: option } };
  }
  return out;
}
