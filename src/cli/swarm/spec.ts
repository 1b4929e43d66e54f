/** The flags that swarm init, update and ca share. Follows docker/cli cli/command/swarm/opts.go. */
import type { SwarmSpec } from '../../api/index';
import { CliError, type Flags } from '../command';
import { splitCsv } from '../flags/csv';

/** A cluster's spec with what the flags change. Throws CliError for what is not modelled. */
export function mergeSwarmSpec(spec: SwarmSpec, flags: Flags): SwarmSpec {
  let merged = mergeCaFlags(spec, flags);
  if (flags.changed('task-history-limit')) {
    const TaskHistoryRetentionLimit = flags.number('task-history-limit');
    merged = { ...merged, Orchestration: { ...merged.Orchestration, TaskHistoryRetentionLimit } };
  }
  if (flags.changed('dispatcher-heartbeat'))
    merged = { ...merged, Dispatcher: { ...merged.Dispatcher, HeartbeatPeriod: flags.number('dispatcher-heartbeat') } };
  if (flags.changed('max-snapshots'))
    merged = { ...merged, Raft: { ...merged.Raft, KeepOldSnapshots: flags.number('max-snapshots') } };
  if (flags.changed('snapshot-interval'))
    merged = { ...merged, Raft: { ...merged.Raft, SnapshotInterval: flags.number('snapshot-interval') } };
  if (flags.changed('autolock'))
    merged = { ...merged, EncryptionConfig: { ...merged.EncryptionConfig, AutoLockManagers: flags.bool('autolock') } };
  return merged;
}

/** --cert-expiry; an external certificate authority would be a program beside the swarm, which there is not. */
export function mergeCaFlags(spec: SwarmSpec, flags: Flags): SwarmSpec {
  if (flags.changed('external-ca'))
    throw new CliError('--external-ca: an external certificate authority is not modelled in this playground');
  if (!flags.changed('cert-expiry')) return spec;
  return { ...spec, CAConfig: { ...spec.CAConfig, NodeCertExpiry: flags.number('cert-expiry') } };
}

/** The value of --availability for init and join; undefined when it was not given. */
export function availability(flags: Flags): string | undefined {
  if (!flags.changed('availability')) return undefined;
  const value = flags.string('availability').toLowerCase();
  if (value === 'active' || value === 'pause' || value === 'drain') return value;
  const quoted = JSON.stringify(flags.string('availability'));
  throw new CliError(`invalid availability ${quoted}, only active, pause and drain are supported`);
}

/** The refusal of an --external-ca value; undefined when it has the right form. */
export function externalCaProblem(value: string): string | undefined {
  const known = new Set<string>();
  for (const field of splitCsv(value) ?? []) {
    const cut = field.indexOf('=');
    if (cut < 0) return `invalid field '${field}' must be a key=value pair`;
    const key = field.slice(0, cut).toLowerCase();
    if (key === 'protocol' && field.slice(cut + 1).toLowerCase() !== 'cfssl')
      return `unrecognized external CA protocol ${field.slice(cut + 1)}`;
    known.add(key);
  }
  if (!known.has('protocol')) return 'the external-ca option needs a protocol= parameter';
  return known.has('url') ? undefined : 'the external-ca option needs a url= parameter';
}
