import { type Dict, type Json, parseJson } from '../python/value.ts';

/** Reads a printed table back: its header, and each row's cells with all their lines. */
export const readTable = (text: string): { header: string[]; rows: string[][] } | undefined => {
  const lines = text.split('\n').filter((line) => /^[|+]/.test(line));
  if (lines.length < 4) return undefined;
  const columns = [...lines[0]!.matchAll(/\+/g)].map(({ index }) => index);
  const cellsOf = (line: string): string[] =>
    columns.slice(0, -1).map((start, index) => line.slice(start + 2, columns[index + 1]! - 1));
  const [header, ...body] = lines.filter((line) => line.startsWith('|')).map(cellsOf);
  const rows: string[][] = [];
  for (const cells of body) {
    const isContinued = rows.length > 0 && cells[0]!.trim() === '';
    if (!isContinued) rows.push(cells);
    else for (const [index, cell] of cells.entries()) rows.at(-1)![index] += `\n${cell}`;
  }
  return { header: header!.map((name) => name.trim()), rows };
};

const trimmed = (cell: string): string =>
  cell
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();

/** A value that prints as the cell of a table of one object. */
export const cellValue = (cell: string): Json => {
  const text = trimmed(cell);
  if (text.startsWith('{\n'))
    return parseJson(text.replace(/}\n\{/g, '},{').replace(/^/, '[').replace(/$/, ']'));
  if (text.includes('\n')) return text.split('\n').map((line) => cellValue(line));
  return text.startsWith('{') ? parseJson(text) : text;
};

const rule = (line: string): Dict => {
  const [direction, ethertype, ...more] = line.split(', ');
  const found: Dict = { direction: direction!, ethertype: ethertype! };
  for (const name of ['protocol', 'port_range_min', 'port_range_max', 'remote_ip_prefix', 'remote_group_id'])
    found[name] = null;
  for (const part of more) {
    const [, name, value] = /^(remote_\w+): (.*)$/.exec(part) ?? [];
    if (name) found[name] = value!;
    else Object.assign(found, protocolOf(part));
  }
  return found;
};

const protocolOf = (text: string): Dict => {
  const [, port, protocol] = /^(?:(\d+)\/)?(.*)$/.exec(text)!;
  const number = port ? Number(port) : null;
  return { protocol: protocol === 'any' ? null : protocol!, port_range_min: number, port_range_max: number };
};

const lines = (text: string): string[] => (text === '' ? [] : text.split('\n'));

/** How the cells of lists came to be, by column: back to what the server sent. */
const columns: Readonly<Record<string, (text: string) => Dict>> = {
  alive: (text) => ({ alive: text === ':-)' }),
  subnets: (text) => ({ subnets: lines(text).map((line) => line.split(' ')[0]!) }),
  fixed_ips: (text) => ({ fixed_ips: lines(text).map(parseJson) }),
  allocation_pools: (text) => ({ allocation_pools: lines(text).map(parseJson) }),
  external_gateway_info: (text) => ({ external_gateway_info: parseJson(text) }),
  prefixes: (text) => ({ prefixes: lines(text) }),
  security_group_rules: (text) => ({ security_group_rules: lines(text).map(rule) }),
  security_group: (text) => ({ security_group_id: `id of ${text}` }),
  'port/protocol': protocolOf,
  remote: (text) => {
    const [, value, kind] = /^(.*) \((\w+)\)$/.exec(text) ?? [];
    return {
      remote_ip_prefix: kind === 'CIDR' ? value! : null,
      remote_group_id: kind === 'group' ? `id of ${value}` : null,
    };
  },
};

/** An item of a list, from a row of its table. A number is told by being aligned to the right. */
export const itemOf = (header: readonly string[], cells: readonly string[]): Dict =>
  Object.assign(
    {},
    ...header.map((name, index) => {
      const cell = cells[index]!;
      if (/^ +-?\d+$/.test(cell)) return { [name]: Number(cell) };
      return columns[name]?.(trimmed(cell)) ?? { [name]: trimmed(cell) };
    }),
  );
