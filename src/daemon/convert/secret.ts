/** Secrets and configs. Follows moby/moby daemon/cluster/convert/secret.go and config.go. */
import type { Config, ConfigSpec, Secret, SecretSpec } from '../../api/index';
import { fromBase64 } from '../../base/bytes';
import { formatMicros } from '../../base/time';
import type { ConfigObject, SecretObject } from '../../swarm/index';
import { refuse } from '../refusal';
import type { Reader } from '../request';
import { labelsOf } from './container-spec';
import { given, members } from './members';
import { driver } from './service-spec';

/** Never with its data. */
export function secretView(object: SecretObject): Secret {
  const { Data: _, ...spec } = object.spec;
  return withMeta(object, spec);
}

export function configView(object: ConfigObject): Config {
  return withMeta(object, object.spec);
}

function withMeta<Spec extends object>(
  object: SecretObject | ConfigObject,
  spec: Spec,
): { ID: string; Version: { Index: number }; CreatedAt: string; UpdatedAt: string; Spec: Spec } {
  return Object.freeze({
    ID: object.id,
    Version: members({ Index: object.meta.version }),
    CreatedAt: formatMicros(object.meta.createdAt),
    UpdatedAt: formatMicros(object.meta.updatedAt),
    Spec: members(spec),
  });
}

export function secretSpec(from: Reader): SecretSpec {
  const source = from.object('Driver');
  const templating = from.object('Templating');
  return members<SecretSpec>({
    Name: given(from.string('Name')),
    Labels: labelsOf(from),
    Data: data(from, 'SecretSpec'),
    Driver: source && driver(source),
    Templating: templating && driver(templating),
  });
}

export function configSpec(from: Reader): ConfigSpec {
  const templating = from.object('Templating');
  return members<ConfigSpec>({
    Name: given(from.string('Name')),
    Labels: labelsOf(from),
    Data: data(from, 'ConfigSpec'),
    Templating: templating && driver(templating),
  });
}

/** Base64, kept as it came. */
function data(from: Reader, type: string): string | undefined {
  const text = given(from.string('Data'));
  if (text === undefined) return undefined;
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 && fromBase64(text) !== undefined) return text;
  const bad = /[^A-Za-z0-9+/=]/.exec(text)?.index ?? text.length;
  return refuse(400, `invalid JSON: illegal base64 data at input byte ${bad} (${type}.Data)`);
}
