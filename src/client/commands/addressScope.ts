import { boolean, flag, option, positional } from '../argparse/argument.ts';
import { integer } from '../argparse/types.ts';
import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import { addressScope } from '../resources.ts';

export const commands: Commands = {
  'address-scope-list': list({
    resource: addressScope,
    about: 'List address scopes that belong to a given tenant.',
    columns: ['id', 'name', 'ip_version'],
  }),
  'address-scope-show': show({ resource: addressScope, about: 'Show an address scope.' }),
  'address-scope-create': create({
    resource: addressScope,
    about: 'Create an address scope for a given tenant.',
    arguments: [
      flag('--shared', { help: 'Other projects may use the address scope.' }),
      positional('name', 'NAME', { help: 'Name of the address scope.' }),
      positional('ip_version', 'IP_VERSION', {
        type: integer,
        choices: [4, 6],
        help: 'IP version of its addresses.',
      }),
    ],
    body: ({ args }) => ({
      ...args.pick('name', 'ip_version'),
      ...(args.flag('shared') ? { shared: true } : {}),
      ...args.pick('tenant_id'),
    }),
  }),
  'address-scope-update': update({
    resource: addressScope,
    about: 'Change an address scope.',
    arguments: [
      option('--name', { help: 'New name.' }),
      boolean('--shared', { help: 'Whether other projects may use the address scope.' }),
    ],
    body: ({ args }) => args.pick('name', 'shared'),
  }),
  'address-scope-delete': remove({ resource: addressScope, about: 'Delete address scopes.' }),
};
