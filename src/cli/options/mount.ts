/** `--mount`. Follows docker/cli opts/mount.go. */
import type { Mount } from '../../api/index';
import { fail, ok, type Result } from '../../base/result';
import { ramInBytes } from '../../base/units';
import { resolvePath } from '../arguments';
import { splitCsv } from '../flags/csv';

/** A Mount while it is read. */
interface Draft {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: { -readonly [K in keyof NonNullable<Mount['BindOptions']>]: NonNullable<Mount['BindOptions']>[K] };
  VolumeOptions?: {
    Labels: { [key: string]: string };
    NoCopy?: boolean;
    Subpath?: string;
    DriverConfig: { Name?: string; Options?: { [key: string]: string } };
  };
  ImageOptions?: { Subpath?: string };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
]);

/** A mount as the API has it; a source that begins with a dot is taken from `cwd`. */
export function parseMount(text: string, cwd: string): Result<Mount, string> {
  const fields = splitCsv(text);
  if (!fields || fields.length === 0)
    return fail(fields ? 'EOF' : 'parse error on line 1, column 1: bare " in non-quoted field');
  const draft: Draft = { Type: 'volume' };
  for (const field of fields) {
    const cut = field.indexOf('=');
    const key = (cut < 0 ? field : field.slice(0, cut)).toLowerCase();
    const problem = cut < 0 ? bareField(draft, key, field) : keyedField(draft, key, field.slice(cut + 1), field, cwd);
    if (problem !== undefined) return fail(problem);
  }
  const problem = contradiction(draft);
  return problem === undefined ? ok(draft as Mount) : fail(problem);
}

function bareField(draft: Draft, key: string, field: string): string | undefined {
  if (key === 'readonly' || key === 'ro') draft.ReadOnly = true;
  else if (key === 'volume-nocopy') volumeOptions(draft).NoCopy = true;
  else if (key === 'bind-nonrecursive') (draft.BindOptions ??= {}).NonRecursive = true;
  else return `invalid field '${field}' must be a key=value pair`;
  return undefined;
}

function volumeOptions(draft: Draft): NonNullable<Draft['VolumeOptions']> {
  return (draft.VolumeOptions ??= { Labels: {}, DriverConfig: {} });
}

function keyedField(draft: Draft, key: string, value: string, field: string, cwd: string): string | undefined {
  switch (key) {
    case 'type':
      draft.Type = value.toLowerCase();
      return undefined;
    case 'source':
    case 'src':
      draft.Source = value.startsWith('.') ? resolvePath(cwd, value) : value;
      return undefined;
    case 'target':
    case 'dst':
    case 'destination':
      draft.Target = value;
      return undefined;
    case 'readonly':
    case 'ro': {
      const on = BOOLEANS.get(value);
      if (on === undefined) return `invalid value for ${key}: ${value}`;
      if (on) draft.ReadOnly = true;
      return undefined;
    }
    case 'consistency':
      draft.Consistency = value.toLowerCase();
      return undefined;
  }
  if (key.startsWith('bind-')) return bindField(draft, key, value, field);
  if (key.startsWith('volume-')) return volumeField(draft, key, value, field);
  if (key === 'image-subpath') {
    (draft.ImageOptions ??= {}).Subpath = value;
    return undefined;
  }
  if (key.startsWith('tmpfs-')) return tmpfsField(draft, key, value, field);
  return `unexpected key '${key}' in '${field}'`;
}

function bindField(draft: Draft, key: string, value: string, field: string): string | undefined {
  const options = () => (draft.BindOptions ??= {});
  if (key === 'bind-propagation') {
    options().Propagation = value.toLowerCase();
    return undefined;
  }
  if (key === 'bind-nonrecursive') {
    const on = BOOLEANS.get(value);
    if (on === undefined) return `invalid value for ${key}: ${value}`;
    options().NonRecursive = on;
    return undefined;
  }
  if (key !== 'bind-recursive') return `unexpected key '${key}' in '${field}'`;
  if (value === 'enabled') return undefined;
  if (value === 'disabled') options().NonRecursive = true;
  else if (value === 'writable') options().ReadOnlyNonRecursive = true;
  else if (value === 'readonly') options().ReadOnlyForceRecursive = true;
  else return `invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`;
  return undefined;
}

function volumeField(draft: Draft, key: string, value: string, field: string): string | undefined {
  const cut = value.indexOf('=');
  const name = cut < 0 ? value : value.slice(0, cut);
  const inner = cut < 0 ? '' : value.slice(cut + 1);
  switch (key) {
    case 'volume-subpath':
      volumeOptions(draft).Subpath = value;
      return undefined;
    case 'volume-nocopy': {
      const on = BOOLEANS.get(value);
      if (on === undefined) return `invalid value for volume-nocopy: ${value}`;
      if (on) volumeOptions(draft).NoCopy = true;
      return undefined;
    }
    case 'volume-label':
      if (name !== '') volumeOptions(draft).Labels[name] = inner;
      return undefined;
    case 'volume-driver':
      volumeOptions(draft).DriverConfig.Name = value;
      return undefined;
    case 'volume-opt':
      if (name !== '') (volumeOptions(draft).DriverConfig.Options ??= {})[name] = inner;
      return undefined;
    default:
      return `unexpected key '${key}' in '${field}'`;
  }
}

function tmpfsField(draft: Draft, key: string, value: string, field: string): string | undefined {
  if (key === 'tmpfs-size') {
    const bytes = ramInBytes(value);
    if (!bytes.ok) return `invalid value for ${key}: ${value}`;
    (draft.TmpfsOptions ??= {}).SizeBytes = bytes.value;
    return undefined;
  }
  if (key !== 'tmpfs-mode') return `unexpected key '${key}' in '${field}'`;
  if (!/^[0-7]+$/.test(value)) return `invalid value for ${key}: ${value}`;
  (draft.TmpfsOptions ??= {}).Mode = Number.parseInt(value, 8);
  return undefined;
}

function contradiction(draft: Draft): string | undefined {
  if (draft.Type === '') return 'type is required';
  if (!draft.Target) return 'target is required';
  const families = [
    ['volume', draft.VolumeOptions],
    ['image', draft.ImageOptions],
    ['bind', draft.BindOptions],
    ['tmpfs', draft.TmpfsOptions],
  ] as const;
  for (const [family, options] of families) {
    if (options && draft.Type !== family) return `cannot mix '${family}-*' options with mount type '${draft.Type}'`;
  }
  const bind = draft.BindOptions;
  if (bind?.ReadOnlyNonRecursive && !draft.ReadOnly) {
    return "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction";
  }
  if (bind?.ReadOnlyForceRecursive && !draft.ReadOnly) {
    return "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction";
  }
  if (bind?.ReadOnlyForceRecursive && bind.Propagation !== 'rprivate') {
    return "option 'bind-recursive=readonly' requires 'bind-propagation=rprivate' to be specified in conjunction";
  }
  return undefined;
}
