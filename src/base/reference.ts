/** Image references: `[domain/]path[:tag][@digest]`. Follows distribution/reference, ParseNormalizedNamed. */
import { fail, ok, type Result } from './result';

export interface Reference {
  /** `docker.io` unless said otherwise. */
  readonly domain: string;
  /** With `library/` before an official image's name. */
  readonly path: string;
  readonly tag: string | undefined;
  /** `sha256:` and 64 digits. */
  readonly digest: string | undefined;
}

const SEPARATED = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(`^${DOMAIN_PART}(?:\\.${DOMAIN_PART})*(?::[0-9]+)?$`);
const PATH = new RegExp(`^${SEPARATED}(?:/${SEPARATED})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const HEX_ID = /^[a-f0-9]{64}$/;

/** A reference as typed; the error is upstream's text without the input. */
export function parseReference(text: string): Result<Reference, string> {
  if (HEX_ID.test(text)) return fail(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const { domain, rest } = splitDomain(at < 0 ? text : text.slice(0, at));
  const colon = rest.indexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (path.toLowerCase() !== path) {
    return fail(`invalid reference format: repository name (${path}) must be lowercase`);
  }
  if (!PATH.test(path) || !DOMAIN.test(domain)) return fail('invalid reference format');
  if (tag !== undefined && !TAG.test(tag)) return fail('invalid reference format');
  if (digest !== undefined && !DIGEST.test(digest)) return fail('invalid reference format');
  if (path.length > 255) return fail('repository name must not be more than 255 characters');
  return ok({ domain, path, tag, digest });
}

/** The first component is a domain when it has a dot, a port, an upper-case letter, or is localhost. */
function splitDomain(name: string): { domain: string; rest: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isDomain = first !== '' && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first);
  let domain = isDomain ? first : 'docker.io';
  let rest = isDomain ? name.slice(slash + 1) : name;
  if (domain === 'index.docker.io') domain = 'docker.io';
  if (domain === 'docker.io' && !rest.includes('/')) rest = `library/${rest}`;
  return { domain, rest };
}

/** `docker.io/library/nginx`: domain and path. */
export function fullName(reference: Reference): string {
  return `${reference.domain}/${reference.path}`;
}

/** `nginx`: the name as people write it. Follows distribution/reference, FamiliarName. */
export function familiarName(reference: Reference): string {
  if (reference.domain !== 'docker.io') return fullName(reference);
  const { path } = reference;
  return path.startsWith('library/') && !path.slice(8).includes('/') ? path.slice(8) : path;
}

/** `nginx:alpine@sha256:…`: the familiar name with what follows it. */
export function familiarString(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return familiarName(reference) + tag + digest;
}

/** With the tag `latest` when it has neither tag nor digest. Follows distribution/reference, TagNameOnly. */
export function tagNameOnly(reference: Reference): Reference {
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}
