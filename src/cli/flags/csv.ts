/** One line of comma-separated fields, some of them quoted. Follows Go encoding/csv with its defaults. */

/** The fields of a line; undefined when its quotes are wrong. An empty line has none. */
export function splitCsv(line: string): string[] | undefined {
  if (line === '') return [];
  const fields: string[] = [];
  for (let at = 0; ; ) {
    if (line[at] === '"') {
      const quoted = /^"((?:[^"]|"")*)"(?=,|$)/.exec(line.slice(at));
      if (quoted === null) return undefined;
      fields.push(quoted[1]!.replaceAll('""', '"'));
      at += quoted[0].length;
    } else {
      const comma = line.indexOf(',', at);
      const field = comma < 0 ? line.slice(at) : line.slice(at, comma);
      if (field.includes('"')) return undefined;
      fields.push(field);
      at += field.length;
    }
    if (at >= line.length) return fields;
    at++;
  }
}
