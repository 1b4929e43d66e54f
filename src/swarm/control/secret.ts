/** Secrets and configs of the control API. Follows moby/swarmkit manager/controlapi/secret.go and config.go. */
import type { ConfigSpec, SecretSpec } from '../../api/index';
import { fail, ok, type Result } from '../../base/result';
import type { ConfigObject, ReadTx, SecretObject, ServiceObject } from '../objects';
import type { RpcError } from '../rpc';
import { fileNameRefusal, invalid, NEW_META } from './common';
import type { ControlHandlers } from './handler';

/** Bytes; a payload is smaller. secret.go and config.go, MaxSecretSize and MaxConfigSize. */
const SECRET_BYTES = 512_000;
const CONFIG_BYTES = 1_024_000;

function payloadRefusal(kind: 'secret' | 'config', data: string | undefined): RpcError | undefined {
  const limit = kind === 'secret' ? SECRET_BYTES : CONFIG_BYTES;
  const digits = (data ?? '').replace(/=+$/, '');
  const size = /^[A-Za-z0-9+/_-]*$/.test(digits) ? Math.floor((digits.length * 3) / 4) : 0;
  if (size > 0 && size < limit) return undefined;
  return invalid(`${kind} data must be larger than 0 and less than ${limit} bytes`);
}

function refusal(kind: 'secret' | 'config', spec: SecretSpec & ConfigSpec): RpcError | undefined {
  const name = fileNameRefusal(spec.Name ?? '');
  if (name) return name;
  if (spec.Driver) {
    if ((spec.Driver.Name ?? '') === '') return invalid('secret driver must have a name');
    return { code: 'Unimplemented', message: 'secret drivers are plugins, which are not modelled in this playground' };
  }
  return payloadRefusal(kind, spec.Data);
}

/** The secret's bytes never leave the managers but for the nodes that need them. */
function withoutData(secret: SecretObject): SecretObject {
  let answer = redactions.get(secret);
  if (!answer) {
    const { Data: _, ...spec } = secret.spec;
    answer = Object.freeze({ ...secret, spec: Object.freeze(spec) });
    redactions.set(secret, answer);
  }
  return answer;
}
const redactions = new WeakMap<SecretObject, SecretObject>();

function users(read: ReadTx, kind: 'secret' | 'config', id: string): ServiceObject[] {
  return read.list('service').filter(({ spec }) => {
    const container = spec.TaskTemplate?.ContainerSpec;
    return kind === 'secret'
      ? container?.Secrets?.some(({ SecretID }) => SecretID === id)
      : container?.Configs?.some(({ ConfigID }) => ConfigID === id);
  });
}

function removal(
  read: ReadTx,
  kind: 'secret' | 'config',
  id: string,
): Result<
  { changes: readonly [{ action: 'remove'; table: typeof kind; id: string }]; answer: () => Record<string, never> },
  RpcError
> {
  const object = read.get(kind, id);
  if (!object) return fail({ code: 'NotFound', message: `could not find ${kind} ${id}` });
  const services = users(read, kind, id);
  if (services.length > 0) {
    const names = services.map(({ spec }) => spec.Name ?? '').join(', ');
    const noun = services.length === 1 ? 'service' : 'services';
    return fail(invalid(`${kind} '${object.spec.Name}' is in use by the following ${noun}: ${names}`));
  }
  return ok({ changes: [{ action: 'remove', table: kind, id }], answer: () => ({}) });
}

/** Only labels may change. */
function updated<T extends SecretObject | ConfigObject>(
  old: T | undefined,
  request: { readonly id: string; readonly version: number; readonly spec: SecretSpec & ConfigSpec },
  kind: 'secret' | 'config',
): Result<T, RpcError> {
  if (!old) return fail({ code: 'NotFound', message: `${kind} ${request.id} not found` });
  const { Name, Data, Labels } = request.spec;
  const isOther = old.spec.Name !== Name || (Data !== undefined && Data !== '' && Data !== old.spec.Data);
  if (isOther) return fail(invalid('only updates to Labels are allowed'));
  if (request.version !== old.meta.version) return fail({ code: 'Unknown', message: 'update out of sequence' });
  return ok({ ...old, spec: { ...old.spec, Labels } });
}

export const secretControl: ControlHandlers<'listSecrets' | 'createSecret' | 'updateSecret' | 'removeSecret'> = {
  listSecrets: ({ read }) => ok({ changes: [], answer: () => read.list('secret').map(withoutData) }),
  createSecret: ({ read, newId }, { spec }) => {
    const error = refusal('secret', spec);
    if (error) return fail(error);
    if (read.byName('secret', spec.Name ?? '')) {
      return fail({ code: 'AlreadyExists', message: `secret ${spec.Name} already exists` });
    }
    const object: SecretObject = { kind: 'secret', id: newId(), meta: NEW_META, spec };
    return ok({
      changes: [{ action: 'create', object }],
      answer: (after) => withoutData(after.get('secret', object.id)!),
    });
  },
  updateSecret: ({ read }, request) => {
    const object = updated(read.get('secret', request.id), request, 'secret');
    if (!object.ok) return object;
    return ok({
      changes: [{ action: 'update', object: object.value }],
      answer: (after) => withoutData(after.get('secret', request.id)!),
    });
  },
  removeSecret: ({ read }, { id }) => removal(read, 'secret', id),
};

export const configControl: ControlHandlers<'listConfigs' | 'createConfig' | 'updateConfig' | 'removeConfig'> = {
  listConfigs: ({ read }) => ok({ changes: [], answer: () => read.list('config') }),
  createConfig: ({ read, newId }, { spec }) => {
    const error = refusal('config', spec);
    if (error) return fail(error);
    if (read.byName('config', spec.Name ?? '')) {
      return fail({ code: 'AlreadyExists', message: `config ${spec.Name} already exists` });
    }
    const object: ConfigObject = { kind: 'config', id: newId(), meta: NEW_META, spec };
    return ok({ changes: [{ action: 'create', object }], answer: (after) => after.get('config', object.id)! });
  },
  updateConfig: ({ read }, request) => {
    const object = updated(read.get('config', request.id), request, 'config');
    if (!object.ok) return object;
    return ok({
      changes: [{ action: 'update', object: object.value }],
      answer: (after) => after.get('config', request.id)!,
    });
  },
  removeConfig: ({ read }, { id }) => removal(read, 'config', id),
};
