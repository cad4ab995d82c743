/** SQLite takes no more than 32,766 parameters in a statement. */
const CHUNK = 5000;

/** Loads what belongs to rows, so many at a time that every statement stays within the database's limits. */
export async function inChunks<Row, Loaded>(
  rows: readonly Row[],
  load: (chunk: readonly Row[]) => Promise<Loaded[]>,
): Promise<Loaded[]> {
  if (rows.length <= CHUNK) return rows.length === 0 ? [] : load(rows);
  const loaded: Loaded[] = [];
  for (let at = 0; at < rows.length; at += CHUNK) {
    for (const item of await load(rows.slice(at, at + CHUNK))) loaded.push(item);
  }
  return loaded;
}
