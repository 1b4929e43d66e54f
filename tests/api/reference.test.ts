import { expect, it } from 'vitest';
import { familiarString, fullName, parseReference, tagNameOnly } from '../../src/base/reference';

const DIGEST = `sha256:${'a'.repeat(64)}`;

it.each([
  ['nginx', 'docker.io/library/nginx', 'nginx:latest'],
  ['library/nginx:1', 'docker.io/library/nginx', 'nginx:1'],
  ['docker.io/nginx', 'docker.io/library/nginx', 'nginx:latest'],
  ['index.docker.io/a/b', 'docker.io/a/b', 'a/b:latest'],
  ['localhost/x', 'localhost/x', 'localhost/x:latest'],
  ['host:5000/x:t', 'host:5000/x', 'host:5000/x:t'],
  ['a.b/c/d', 'a.b/c/d', 'a.b/c/d:latest'],
  [`nginx@${DIGEST}`, 'docker.io/library/nginx', `nginx@${DIGEST}`],
  [`nginx:1@${DIGEST}`, 'docker.io/library/nginx', `nginx:1@${DIGEST}`],
])('%s', (text, full, familiar) => {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.error);
  expect(fullName(parsed.value)).toBe(full);
  expect(familiarString(tagNameOnly(parsed.value))).toBe(familiar);
});

it.each([
  ['', 'invalid reference format'],
  ['NGINX', 'invalid reference format: repository name (library/NGINX) must be lowercase'],
  ['a//b', 'invalid reference format'],
  ['nginx:', 'invalid reference format'],
  ['nginx:a b', 'invalid reference format'],
  ['nginx@sha256:x', 'invalid reference format'],
  ['-x', 'invalid reference format'],
  ['a'.repeat(64), `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`],
])('refuses %j', (text, error) => {
  expect(parseReference(text)).toEqual({ ok: false, error });
});
