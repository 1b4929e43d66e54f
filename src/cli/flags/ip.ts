/** Follows Go net.ParseIP, as text: undefined when it is no address. */
export function isIpAddress(text: string): boolean {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    return text.split('.').every((part) => Number(part) < 256 && !/^0\d/.test(part));
  }
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  let groups = 0;
  for (const half of halves) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [at, part] of parts.entries()) {
      const last = half === halves.at(-1) && at === parts.length - 1;
      if (last && part.includes('.')) {
        if (!isIpAddress(part)) return false;
        groups++;
      } else if (!/^[\da-fA-F]{1,4}$/.test(part)) return false;
      groups++;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}
