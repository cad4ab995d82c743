/** Ids that wait for work, lowest priority number first, in order of arrival within a priority. */
export interface DirtyQueue {
  add(id: string, priority: number): void;
  /** Takes up to `count` ids out of the queue. */
  take(count: number): string[];
  ids(): Iterable<string>;
  readonly size: number;
}

export function createDirtyQueue(): DirtyQueue {
  const priorityOf = new Map<string, number>();
  const buckets = new Map<number, Set<string>>();

  const remove = (id: string, priority: number) => {
    const bucket = buckets.get(priority);
    bucket?.delete(id);
    if (bucket?.size === 0) buckets.delete(priority);
    priorityOf.delete(id);
  };

  return {
    add(id, priority) {
      const known = priorityOf.get(id);
      if (known !== undefined && known <= priority) return;
      if (known !== undefined) remove(id, known);
      priorityOf.set(id, priority);
      const bucket = buckets.get(priority) ?? new Set();
      buckets.set(priority, bucket.add(id));
    },
    take(count) {
      const taken: string[] = [];
      for (const priority of [...buckets.keys()].sort((a, b) => a - b)) {
        for (const id of buckets.get(priority) ?? []) {
          if (taken.length >= count) return taken;
          taken.push(id);
          remove(id, priority);
        }
      }
      return taken;
    },
    ids: () => priorityOf.keys(),
    get size() {
      return priorityOf.size;
    },
  };
}
