/** Checks that several kinds share. Follows moby/swarmkit manager/controlapi/common.go. */
import type { Meta } from '../objects';
import type { RpcError } from '../rpc';

/** What a change carries until the store gives it its own. */
export const NEW_META: Meta = { version: 0, createdAt: 0, updatedAt: 0 };

const DNS_NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const FILE_NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;

export function invalid(message: string): RpcError {
  return { code: 'InvalidArgument', message };
}

/** Names of services and networks. validateAnnotations. */
export function annotationsRefusal(name: string): RpcError | undefined {
  if (name === '') return invalid('meta: name must be provided');
  if (!DNS_NAME.test(name)) return invalid('name must be valid as a DNS name component');
  return name.length > 63 ? invalid('name must be 63 characters or fewer') : undefined;
}

/** Names of secrets and configs. validateConfigOrSecretAnnotations. */
export function fileNameRefusal(name: string): RpcError | undefined {
  if (name === '') return invalid('name must be provided');
  if (name.length <= 64 && FILE_NAME.test(name)) return undefined;
  return invalid(
    'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]',
  );
}
