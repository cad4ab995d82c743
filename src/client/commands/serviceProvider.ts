import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { serviceProvider } from '../resources.ts';

export const commands: Commands = {
  'service-provider-list': list({
    resource: serviceProvider,
    about: 'List service providers.',
    columns: ['service_type', 'name', 'default'],
  }),
};
