/**
 * Joins reads that are wanted at once: what is asked for while one runs waits for the next, which reads it all together.
 * That one begins after everybody asked, so nobody is given what was true before it asked.
 *
 * @param read what there is of each key; a key without anything may be left out
 */
export function sharedReads<T>(
  read: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (keys: readonly string[]) => Promise<ReadonlyMap<string, T>> {
  let last: Promise<unknown> = Promise.resolve();
  let next: { readonly keys: Set<string>; readonly found: Promise<ReadonlyMap<string, T>> } | undefined;

  function begin() {
    const keys = new Set<string>();
    const found = last.then(() => {
      next = undefined;
      return read([...keys]);
    });
    last = found.catch(() => undefined);
    return { keys, found };
  }

  return (keys) => {
    if (keys.length === 0) return Promise.resolve(new Map());
    next ??= begin();
    for (const key of keys) next.keys.add(key);
    return next.found;
  };
}
