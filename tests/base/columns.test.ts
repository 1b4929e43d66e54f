import { describe, expect, test } from 'vitest';
import { alignColumns, textWidth } from '../../src/base/columns';

describe('alignColumns', () => {
  test('a docker table: at least ten wide, three blanks after the longest cell, last cell free', () => {
    expect(alignColumns('ID\tNAME\tPORTS\nabc\tlonger-than-ten\t*:80->80/tcp\nd\te\t\n')).toBe(
      'ID        NAME              PORTS\nabc       longer-than-ten   *:80->80/tcp\nd         e                 \n',
    );
  });
  test('a line without tabs ends every column', () => {
    expect(alignColumns('aaaaaaaaaaaaaa\tb\nplain\nc\td\n')).toBe('aaaaaaaaaaaaaa   b\nplain\nc         d\n');
  });
  test('a shorter line ends only the columns it lacks', () => {
    expect(alignColumns('a\tlong-long-long\tz\nb\tx\nc\ty\tz')).toBe(
      'a         long-long-long   z\nb         x\nc         y         z',
    );
  });
  test('width counts code points', () => {
    expect(textWidth('né…𝄞')).toBe(4);
    expect(alignColumns('𝄞𝄞\tx', { minWidth: 4, padding: 1 })).toBe('𝄞𝄞  x');
  });
});
