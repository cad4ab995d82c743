/**
 * Desired packet filters as data. A rule is the text that follows `-A CHAIN` in iptables-save's own form, so that what
 * the kernel shows can be compared with what is wanted.
 */
export type TableName = 'filter' | 'nat' | 'mangle' | 'raw';

export interface Table {
  /** Chains that are wholly ours, by full name: their rules in order. Others of our prefix are stale and removed. */
  readonly own: Readonly<Record<string, readonly string[]>>;
  /** Rules that built-in and shared chains must hold, in order; `top` go before, `bottom` after whatever else is there. */
  readonly hooks: Readonly<Record<string, Hook>>;
}

export interface Hook {
  readonly top?: readonly string[];
  readonly bottom?: readonly string[];
}

export type Tables = Readonly<Partial<Record<TableName, Table>>>;

/** A table as iptables-save shows it: chains with their rules. */
export type ObservedTable = ReadonlyMap<string, readonly string[]>;
export type ObservedTables = ReadonlyMap<string, ObservedTable>;

export const comment = (text: string) => `-m comment --comment "${text}"`;

/** Reads iptables-save's output: table → chain → rules. */
export function readSave(text: string): ObservedTables {
  const tables = new Map<string, Map<string, string[]>>();
  let table = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      table = new Map();
      tables.set(line.slice(1).trim(), table);
    } else if (line.startsWith(':')) {
      table.set(line.slice(1).split(' ', 1)[0]!, []);
    } else if (line.startsWith('-A ')) {
      const end = line.indexOf(' ', 3);
      table.get(line.slice(3, end))?.push(line.slice(end + 1).trimEnd());
    }
  }
  return tables;
}
