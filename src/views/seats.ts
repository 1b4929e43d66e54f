/** Which place a thing has among its kind: kept for as long as it is there, the lowest free one for a newcomer. */
export class Seats {
  private readonly groups = new Map<string, (string | undefined)[]>();

  /** Takes who is there now, group by group, and seats them; groups that are not named are forgotten. */
  arrange(present: ReadonlyMap<string, readonly string[]>): void {
    for (const group of [...this.groups.keys()]) if (!present.has(group)) this.groups.delete(group);
    for (const [group, ids] of present) this.arrangeGroup(group, ids);
  }

  private arrangeGroup(group: string, ids: readonly string[]): void {
    const seats = this.groups.get(group) ?? [];
    const here = new Set(ids);
    const seated = new Set<string>();
    for (const [at, id] of seats.entries()) {
      if (id === undefined) continue;
      if (here.has(id)) seated.add(id);
      else seats[at] = undefined;
    }
    let next = 0;
    for (const id of ids) {
      if (seated.has(id)) continue;
      while (seats[next] !== undefined) next++;
      seats[next] = id;
    }
    while (seats.length > 0 && seats[seats.length - 1] === undefined) seats.pop();
    this.groups.set(group, seats);
  }

  /** Counting from 0. */
  seatOf(group: string, id: string): number {
    return this.groups.get(group)?.indexOf(id) ?? -1;
  }

  /** Seats up to the last one taken. */
  size(group: string): number {
    return this.groups.get(group)?.length ?? 0;
  }
}
