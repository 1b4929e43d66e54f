/** Small words of the list commands. Follows docker/cli cli/command/formatter/displayutils.go, moby pkg/stringid. */

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
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

/** First letter upper case, the rest lower; a single letter becomes lower (so does upstream). */
export function prettyPrint(text: string): string {
  if (text.length === 1) return text.toLowerCase();
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}
