/** What a word becomes before it becomes fields. */
import type { Bytes } from '../../base/bytes';

export interface Piece {
  readonly text: Bytes;
  /**
   * plain: a literal, never split, nothing special in it. quoted: likewise, and it makes a field even when empty.
   * glob: pattern characters typed as such. split: an expansion's result, still to be split and globbed.
   * break: the end of a field ("$@").
   */
  readonly mode: 'plain' | 'quoted' | 'glob' | 'split' | 'break';
}

export function joinPieces(pieces: readonly Piece[]): Bytes {
  let out = '';
  for (const piece of pieces) out += piece.mode === 'break' ? ' ' : piece.text;
  return out;
}
