import { flag, option } from '../argparse/argument.ts';
import type { Commands } from '../command.ts';
import { problemsOf } from '../diagnosis/remark.ts';
import { selfLines } from '../diagnosis/self.ts';
import { list } from '../kinds/list.ts';
import { remove, show, update } from '../kinds/one.ts';
import { type Dict, type Json, str } from '../python/value.ts';
import { agent } from '../resources.ts';
import { showLiveness } from './shared.ts';

const withoutFraction = ({ heartbeat_timestamp: time }: Dict): Json => (time ? str(time).split('.')[0]! : '');

export const commands: Commands = {
  'agent-list': list({
    resource: agent,
    about: 'List agents.',
    columns: ['id', 'agent_type', 'host', 'availability_zone', 'alive', 'admin_state_up', 'binary'],
    cells: { heartbeat_timestamp: withoutFraction },
    pages: false,
    extend: showLiveness,
  }),
  'agent-show': show({
    resource: agent,
    about: 'Show an agent.',
    names: false,
    indent: 5,
    remark: problemsOf(agent, selfLines),
  }),
  'agent-update': update({
    resource: agent,
    about: 'Change the administrative state or the description of an agent.',
    names: false,
    arguments: [
      flag('--admin-state-down', {
        dest: 'admin_state',
        action: 'false',
        default: true,
        help: 'Give the agent no further work.',
      }),
      option('--description', { help: 'Description for the agent.' }),
    ],
    body: ({ args }) => ({ admin_state_up: args.flag('admin_state'), ...args.pick('description') }),
  }),
  'agent-delete': remove({ resource: agent, about: 'Delete agents.', names: false }),
};
