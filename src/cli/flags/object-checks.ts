/** The checks of flags over services and containers, by `PATH FLAG` or by type (`mount`, `port`, `secret`). */
import { parseReference } from '../../base/reference';
import { ok, type Result } from '../../base/result';
import { parseMount } from '../options/mount';
import { parseNetworkOption } from '../options/network';
import { parseServicePorts } from '../options/port';
import { parseStored } from '../options/stored';
import { shellWords, spreadDescriptor } from '../options/words';
import type { Check } from './values';

/** Keeps the text as typed when it can be read. */
function readable<T>(parse: (value: string) => Result<T, string>): Check {
  return (value) => {
    const parsed = parse(value);
    return parsed.ok ? ok(value) : parsed;
  };
}

export const objectChecks: readonly (readonly [string, Check])[] = [
  ['mount', readable((value) => parseMount(value, '/'))],
  ['port', readable(parseServicePorts)],
  ['network', readable(parseNetworkOption)],
  ['secret', readable((value) => parseStored(value, 'secret'))],
  ['config', readable((value) => parseStored(value, 'config'))],
  ['pref', readable(spreadDescriptor)],
  ['command', readable(shellWords)],
  ['image build tag', readable(parseReference)],
];
