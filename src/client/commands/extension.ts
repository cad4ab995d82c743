import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { show } from '../kinds/one.ts';
import { extension } from '../resources.ts';

export const commands: Commands = {
  'ext-list': list({
    resource: extension,
    about: 'List all extensions.',
    columns: ['alias', 'name'],
    pages: false,
    sorts: false,
  }),
  'ext-show': show({ resource: extension, about: 'Show an extension.', names: false }),
};
