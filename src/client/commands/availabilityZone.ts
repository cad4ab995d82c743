import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { availabilityZone } from '../resources.ts';

export const commands: Commands = {
  'availability-zone-list': list({
    resource: availabilityZone,
    about: 'List availability zones.',
    columns: ['name', 'resource', 'state'],
  }),
};
