/** Small words of the list commands. Follows docker/cli cli/command/formatter/displayutils.go, moby pkg/stringid. */
import type { Labels } from '../../api/index';
import { textWidth } from '../../base/columns';
import { compareBytes } from '../../base/natural';
import type { Micros } from '../../base/process';
import { familiarName, parseReference } from '../../base/reference';
import { parseMicros } from '../../base/time';
import { humanDuration } from '../../base/units';

/** Without a digest prefix, the first 12 characters. */
export function truncateId(id: string): string {
  const colon = id.indexOf(':');
  return (colon < 0 ? id : id.slice(colon + 1)).slice(0, 12);
}

/** At most `width` columns, the last one … when something was cut. */
export function ellipsis(text: string, width: number): string {
  if (width <= 0) return '';
  const characters = [...text];
  if (width === 1) return characters[0] ?? '';
  if (textWidth(text) <= width) return text;
  return `${characters.slice(0, width - 1).join('')}…`;
}

/** First letter upper case, the rest lower; a single letter becomes lower, as upstream has it. */
export function prettyPrint(text: string): string {
  if (text.length === 1) return text.toLowerCase();
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

/** `3 hours ago`, from an RFC 3339 instant. */
export function ago(instant: string, now: Micros): string {
  const then = parseMicros(instant) ?? 0;
  return `${humanDuration(Math.trunc((now - then) / 1_000_000))} ago`;
}

/** `a=1,b=2`. The real command's order is that of a Go map, any; ours is by key. */
export function labelList(labels: Labels | null | undefined): string {
  return Object.entries(labels ?? {})
    .sort((a, b) => compareBytes(a[0], b[0]))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** An image as lists show it: in familiar form and without its digest when it has a tag. */
export function shortImage(image: string): string {
  const parsed = parseReference(image);
  if (!parsed.ok || parsed.value.tag === undefined) return image;
  return `${familiarName(parsed.value)}:${parsed.value.tag}`;
}
