/** `--secret` and `--config`: which one, and the file that it becomes. Follows docker/cli opts/swarmopts. */
import type { FileTarget } from '../../api/index';
import { quote } from '../../base/json';
import { fail, ok, type Result } from '../../base/result';
import { splitCsv } from '../flags/csv';
import { parseInteger } from '../flags/values';

export interface StoredOption {
  readonly source: string;
  readonly file: FileTarget;
}

/** 0444, in decimal. */
const DEFAULT_MODE = 0o444;

/** A name, or `source=NAME,target=FILE,uid=0,gid=0,mode=0444`. */
export function parseStored(text: string, noun: 'secret' | 'config'): Result<StoredOption, string> {
  const fields = splitCsv(text);
  if (!fields) return fail('parse error on line 1, column 1: bare " in non-quoted field');
  if (fields.length === 0) return fail('EOF');
  const [first] = fields as [string];
  if (fields.length === 1 && !first.includes('=')) {
    return ok({ source: first, file: { Name: first, UID: '0', GID: '0', Mode: DEFAULT_MODE } });
  }
  let source = '';
  let name = '';
  let uid = '0';
  let gid = '0';
  let mode = DEFAULT_MODE;
  for (const field of fields) {
    const cut = field.indexOf('=');
    if (cut <= 0) return fail(`invalid field '${field}' must be a key=value pair`);
    const key = field.slice(0, cut);
    const value = field.slice(cut + 1);
    switch (key.toLowerCase()) {
      case 'source':
      case 'src':
        source = value;
        break;
      case 'target':
        name = value;
        break;
      case 'uid':
        uid = value;
        break;
      case 'gid':
        gid = value;
        break;
      case 'mode': {
        const bits = parseInteger(value, false);
        const why = bits === undefined ? 'invalid syntax' : bits >= 1n << 32n ? 'value out of range' : undefined;
        if (why) return fail(`invalid mode specified: strconv.ParseUint: parsing ${quote(value)}: ${why}`);
        mode = Number(bits);
        break;
      }
      default:
        return fail(`invalid field in ${noun} request: ${key}`);
    }
  }
  if (source === '') return fail('source is required');
  return ok({ source, file: { Name: name || source, UID: uid, GID: gid, Mode: mode } });
}
