import { type Argument, flag, option, repeated } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import { action, type Call, type Command } from '../command.ts';
import { listArguments } from '../format/arguments.ts';
import type { Table } from '../format/format.ts';
import type { Query } from '../http/api.ts';
import type { Dict, Json } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { extraValues, mergeInto } from './extra.ts';
import { byCodePoint, isTable, printList } from './output.ts';

export interface ListDefinition {
  readonly about: string;
  readonly resource: Resource;
  /** The columns shown, as far as the server sends them; all of them by default. */
  readonly columns?: readonly string[];
  /** How a column's value looks in a table. */
  readonly cells?: Readonly<Record<string, (item: Dict) => Json>>;
  readonly filters?: readonly Argument[];
  readonly arguments?: readonly Argument[];
  /** Whether -P is offered, and --sort-key with --sort-dir. Both are unless told otherwise. */
  readonly pages?: boolean;
  readonly sorts?: boolean;
  /** What the path of the collection starts with, or the path itself. */
  parent?(call: Call): Promise<string>;
  path?(call: Call): Promise<string>;
  /** Further filters. */
  filter?(call: Call): Promise<Query>;
  /** Names of the attributes to ask for, given the names the user asked for. */
  fields?(names: string[]): string[];
  /** Completes the items. */
  extend?(items: Dict[], call: Call): Promise<void>;
  /** Names that stand for attributes with -c, by attribute, and in the header if `titled`. */
  readonly titles?: Readonly<Record<string, string>>;
  titled?(call: Call): boolean;
}

/** Options that show and list have in common. */
export const detailArguments: readonly Argument[] = [
  flag(['-D', '--show-details'], { help: 'Ask the server for all details.' }),
  flag('--show_details', { hidden: true }),
  repeated('--fields', { default: [], hidden: true }),
  repeated(['-F', '--field'], {
    dest: 'fields',
    metavar: 'FIELD',
    default: [],
    help: 'Ask the server for this attribute only; may be repeated.',
  }),
];

const pageArgument = option(['-P', '--page-size'], {
  metavar: 'SIZE',
  type: integer,
  help: 'Fetch this many items per request.',
});

const sortArguments: readonly Argument[] = [
  repeated('--sort-key', {
    metavar: 'FIELD',
    default: [],
    help: 'Let the server sort by this attribute; may be repeated, each with its --sort-dir (asc where missing).',
  }),
  repeated('--sort-dir', {
    metavar: '{asc,desc}',
    choices: ['asc', 'desc'],
    default: [],
    help: 'Direction of the --sort-key at the same position; may be repeated.',
  }),
];

/** A command that lists a collection. */
export const list = (definition: ListDefinition): Command =>
  action({
    about: definition.about,
    output: listArguments(),
    arguments: [
      ...detailArguments,
      ...(definition.pages === false ? [] : [pageArgument]),
      ...(definition.sorts === false ? [] : sortArguments),
      ...(definition.filters ?? []),
      ...(definition.arguments ?? []),
    ],
    async run(call) {
      const { resource } = definition;
      const rest = mergeInto(call.args, extraValues(call.extra));
      const further = await definition.filter?.(call);
      const query = { ...known(definition, call), ...rest, ...further, ...paging(definition, call) };
      const path =
        (await definition.path?.(call)) ?? `${(await definition.parent?.(call)) ?? ''}${resource.path}`;
      const items = await call.api.list(resource.plural, path, query);
      await definition.extend?.(items, call);
      await printList(call, await tabulate(definition, items, call));
    },
  });

const known = (definition: ListDefinition, { args }: Call): Query => {
  const query: Record<string, Json> = {};
  const fields = definition.fields?.(args.texts('fields')) ?? args.texts('fields');
  if (fields.length > 0) query.fields = fields;
  if (args.flag('show_details')) query.verbose = 'True';
  for (const { dest } of definition.filters ?? []) {
    const value = args.get(dest);
    if (value !== undefined && value !== null && value !== '') query[filterName(dest)] = value;
  }
  return query;
};

const filterName = (dest: string): string => (/tags/.test(dest) ? dest.replaceAll('_', '-') : dest);

const paging = (definition: ListDefinition, { args }: Call): Query => {
  const query: Record<string, Json> = {};
  const size = args.number('page_size');
  if (definition.pages !== false && size) query.limit = size;
  const keys = args.texts('sort_key');
  if (definition.sorts === false || keys.length === 0) return query;
  const directions = args.texts('sort_dir');
  return { ...query, sort_key: keys, sort_dir: keys.map((_, index) => directions[index] ?? 'asc') };
};

const tabulate = async (definition: ListDefinition, items: Dict[], call: Call): Promise<Table> => {
  const { args } = call;
  const available = Object.keys(items[0] ?? {}).sort(byCodePoint);
  const { titles = {} } = definition;
  const attribute = (name: string): string => Object.keys(titles).find((key) => titles[key] === name) ?? name;
  const asked = args.texts('columns').map(attribute);
  const columns =
    available.length > 0 && asked.length > 0
      ? asked.filter((name) => available.includes(name))
      : await defaultColumns(definition, available, call);
  const header = definition.titled?.(call) ? columns.map((name) => titles[name] ?? name) : columns;
  if (available.length === 0) args.set('columns', []);
  else if (definition.titled?.(call)) args.set('columns', header);
  else args.set('columns', asked);
  const cells = isTable(args) ? (definition.cells ?? {}) : {};
  const rows = items.map((item) => columns.map((name) => cells[name]?.(item) ?? item[name] ?? ''));
  return { columns: header, rows };
};

const defaultColumns = async (
  definition: ListDefinition,
  available: string[],
  call: Call,
): Promise<string[]> => {
  if (!definition.columns) return available;
  const columns = definition.columns.filter((name) => available.includes(name));
  const addTenant = !definition.columns.includes('tenant_id') && available.includes('tenant_id');
  if (!addTenant || !(await call.api.isAdmin())) return columns;
  const after = Math.max(columns.indexOf('id'), columns.indexOf('name'), 0);
  columns.splice(after + 1, 0, 'tenant_id');
  return columns;
};
