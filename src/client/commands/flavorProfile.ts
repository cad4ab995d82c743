import { boolean, option } from '../argparse/argument.ts';
import type { Call, Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show, update } from '../kinds/one.ts';
import type { Dict } from '../python/value.ts';
import { serviceProfile } from '../resources.ts';

const settable = [
  option('--description', { help: 'Description for the flavor profile.' }),
  option('--driver', { help: 'Python path of the driver.' }),
  option('--metainfo', { help: 'What the driver needs to know.' }),
  boolean('--enabled', { help: 'Whether the profile may be used.' }),
];

const body = ({ args }: Call): Dict => args.pick('description', 'driver', 'enabled', 'metainfo');

export const commands: Commands = {
  'flavor-profile-list': list({
    resource: serviceProfile,
    about: 'List Neutron service flavor profiles.',
    columns: ['id', 'description', 'enabled', 'metainfo'],
  }),
  'flavor-profile-show': show({ resource: serviceProfile, about: 'Show a flavor profile.' }),
  'flavor-profile-create': create({
    resource: serviceProfile,
    about: 'Create a Neutron service flavor profile.',
    arguments: settable,
    body,
  }),
  'flavor-profile-update': update({
    resource: serviceProfile,
    about: 'Change a flavor profile.',
    arguments: settable,
    body,
  }),
  'flavor-profile-delete': remove({ resource: serviceProfile, about: 'Delete flavor profiles.' }),
};
