import { type Argument, boolean, flag, option, positional, repeated } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import type { Call, Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { type Dict, str } from '../python/value.ts';
import { addressScope, subnetpool } from '../resources.ts';

const updatable = (details: { prefixesRequired: boolean }): readonly Argument[] => [
  option('--description', { help: 'Description of subnetpool.' }),
  option('--min-prefixlen', { type: integer, help: 'Shortest prefix to hand out.' }),
  option('--max-prefixlen', { type: integer, help: 'Longest prefix to hand out.' }),
  option('--default-prefixlen', {
    type: integer,
    help: 'Length of the prefix handed out when none is asked for.',
  }),
  repeated('--pool-prefix', {
    dest: 'prefixes',
    required: details.prefixesRequired,
    help: 'Addresses of the pool; may be repeated.',
  }),
  boolean('--is-default', { help: 'Whether this is the default pool.' }),
];

const scopeArgument = option('--address-scope', {
  metavar: 'ADDRSCOPE',
  help: 'ID or name of the address scope the pool belongs to.',
});

const updatableBody = ({ args }: Call): Dict =>
  args.pick(
    'name',
    'prefixes',
    'default_prefixlen',
    'min_prefixlen',
    'max_prefixlen',
    'is_default',
    'description',
  );

const scopeBody = async ({ args, api }: Call): Promise<Dict> => {
  if (args.flag('no_address_scope')) return { address_scope_id: null };
  const given = args.text('address_scope');
  return given === undefined ? {} : { address_scope_id: await api.findId(addressScope, given) };
};

export const commands: Commands = {
  'subnetpool-list': list({
    resource: subnetpool,
    about: 'List subnetpools that belong to a given tenant.',
    columns: ['id', 'name', 'prefixes', 'default_prefixlen', 'address_scope_id', 'is_default'],
    cells: {
      prefixes: ({ prefixes }) => (Array.isArray(prefixes) ? prefixes.map(str).join('\n') : (prefixes ?? '')),
    },
  }),
  'subnetpool-show': show({ resource: subnetpool, about: 'Show a subnetpool.' }),
  'subnetpool-create': create({
    resource: subnetpool,
    about: 'Create a subnetpool for a given tenant.',
    arguments: [
      ...updatable({ prefixesRequired: true }),
      flag('--shared', { help: 'Other projects may use the pool.' }),
      positional('name', 'NAME', { help: 'Name of the subnetpool.' }),
      scopeArgument,
    ],
    body: async (call) => ({
      ...updatableBody(call),
      ...call.args.pick('tenant_id'),
      ...(call.args.flag('shared') ? { shared: true } : {}),
      ...(await scopeBody(call)),
    }),
  }),
  'subnetpool-update': update({
    resource: subnetpool,
    about: 'Change a subnetpool.',
    arguments: [
      ...updatable({ prefixesRequired: false }),
      option('--name', { help: 'New name.' }),
      { ...scopeArgument, exclusive: 'address scope' },
      flag('--no-address-scope', {
        exclusive: 'address scope',
        help: 'The pool belongs to no address scope.',
      }),
    ],
    body: async (call) => ({ ...updatableBody(call), ...(await scopeBody(call)) }),
  }),
  'subnetpool-delete': remove({ resource: subnetpool, about: 'Delete subnetpools.' }),
};
