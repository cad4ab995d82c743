import { type Argument, flag, option, repeated } from '../argparse/argument.ts';
import { action, type Call, type Commands } from '../command.ts';
import { ClientError } from '../errors.ts';
import { network, port, router, subnet, subnetpool } from '../resources.ts';

const taggable = { network, subnet, port, router, subnetpool } as const;

const target: readonly Argument[] = [
  option('--resource-type', { choices: Object.keys(taggable), required: true, help: 'Kind of object.' }),
  option('--resource', { required: true, help: 'ID or name of the object.' }),
];

const pathOf = async ({ args, api }: Call): Promise<string> => {
  const resource = taggable[args.text('resource_type') as keyof typeof taggable];
  return `${resource.path}/${await api.findId(resource, args.text('resource') ?? '')}/tags`;
};

export const commands: Commands = {
  'tag-add': action({
    about: 'Put a tag on an object.',
    arguments: [...target, option('--tag', { required: true, help: 'The tag.' })],
    async run(call) {
      const tag = call.args.text('tag');
      if (tag === undefined) throw new ClientError('Cannot add an empty value as tag');
      await call.api.put(`${await pathOf(call)}/${tag}`);
    },
  }),
  'tag-replace': action({
    about: 'Replace all tags of an object.',
    arguments: [
      ...target,
      repeated('--tag', { dest: 'tags', metavar: 'TAG', required: true, help: 'A tag; may be repeated.' }),
    ],
    async run(call) {
      await call.api.put(await pathOf(call), call.args.pick('tags'));
    },
  }),
  'tag-remove': action({
    about: 'Take tags from an object.',
    arguments: [
      ...target,
      flag('--all', { exclusive: 'tags', help: 'Every tag.' }),
      option('--tag', { exclusive: 'tags', help: 'The tag.' }),
    ],
    async run(call) {
      const tag = call.args.text('tag');
      const all = call.args.flag('all');
      if (!all && tag === undefined) throw new ClientError('--all or --tag must be specified');
      await call.api.delete(all ? await pathOf(call) : `${await pathOf(call)}/${tag}`);
    },
  }),
};
