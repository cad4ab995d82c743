import { flag, option, positional } from '../argparse/argument.ts';
import { lowercase } from '../argparse/types.ts';
import type { Commands } from '../command.ts';
import { list } from '../kinds/list.ts';
import { create, remove, show } from '../kinds/one.ts';
import { meteringLabel as label, meteringLabelRule as rule } from '../resources.ts';

export const commands: Commands = {
  'meter-label-list': list({
    resource: label,
    about: 'List metering labels that belong to a given tenant.',
    columns: ['id', 'name', 'description', 'shared'],
  }),
  'meter-label-show': show({ resource: label, about: 'Show a metering label.' }),
  'meter-label-create': create({
    resource: label,
    about: 'Create a metering label for a given tenant.',
    arguments: [
      positional('name', 'NAME', { help: 'Name of the metering label.' }),
      option('--description', { help: 'Description of the metering label.' }),
      flag('--shared', { help: 'The label counts for all projects.' }),
    ],
    body: ({ args }) => args.pick('name', 'tenant_id', 'description', 'shared'),
  }),
  'meter-label-delete': remove({ resource: label, about: 'Delete metering labels.' }),
  'meter-label-rule-list': list({
    resource: rule,
    about: 'List the rules of metering labels.',
    columns: ['id', 'excluded', 'direction', 'remote_ip_prefix'],
  }),
  'meter-label-rule-show': show({ resource: rule, about: 'Show a rule of a metering label.', names: false }),
  'meter-label-rule-create': create({
    resource: rule,
    about: 'Create a metering label rule for a given label.',
    arguments: [
      positional('label_id', 'LABEL', { help: 'ID or name of the label.' }),
      positional('remote_ip_prefix', 'REMOTE_IP_PREFIX', { help: 'Addresses at the other end.' }),
      option('--direction', {
        type: lowercase,
        default: 'ingress',
        choices: ['ingress', 'egress'],
        help: 'Traffic that comes in, or goes out.',
      }),
      flag('--excluded', { help: 'Do not count these addresses.' }),
    ],
    body: async ({ args, api }) => ({
      metering_label_id: await api.findId(label, args.text('label_id') ?? ''),
      ...args.pick('remote_ip_prefix', 'direction', 'excluded'),
    }),
  }),
  'meter-label-rule-delete': remove({
    resource: rule,
    about: 'Delete rules of metering labels.',
    names: false,
  }),
};
