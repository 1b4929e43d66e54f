/** The keys that leave an attached container running. Follows moby/term ascii.go and proxy.go. */
import type { Bytes } from '../../base/bytes';
import { CliError } from '../command';

/** ctrl-p, ctrl-q. */
const DEFAULT_KEYS = '\x10\x11';

const CONTROL = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** `ctrl-a,b` → its bytes; '' is the default. */
export function detachKeys(text: string): Bytes {
  if (text === '') return DEFAULT_KEYS;
  let keys = '';
  for (const key of text.split(',')) {
    if (key.length === 1) keys += key;
    else {
      const code = key.startsWith('ctrl-') && key.length === 6 ? CONTROL.indexOf(key[5]!.toLowerCase()) : -1;
      if (code < 0) throw new CliError(`Unknown character: '${key}'`);
      keys += String.fromCharCode(code);
    }
  }
  return keys;
}

/** Watches what is typed: keys of the sequence are held back until it is complete or broken off. */
export class DetachWatch {
  private held = 0;

  constructor(private readonly keys: Bytes) {}

  /** What to send of `data`, and whether the sequence is complete. */
  feed(data: Bytes): { readonly send: Bytes; readonly detached: boolean } {
    let send = '';
    for (const key of data) {
      if (key === this.keys[this.held]) {
        this.held++;
        if (this.held === this.keys.length) return { send, detached: true };
        continue;
      }
      send += this.keys.slice(0, this.held);
      this.held = 0;
      if (key === this.keys[0]) this.held = 1;
      else send += key;
    }
    return { send, detached: false };
  }
}
