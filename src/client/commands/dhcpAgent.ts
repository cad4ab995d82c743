import { positional } from '../argparse/argument.ts';
import { action, type Commands } from '../command.ts';
import { checkCanWait, untilApplied } from '../diagnosis/wait.ts';
import { list } from '../kinds/list.ts';
import { agent, network } from '../resources.ts';
import { networkList } from './network.ts';
import { showLiveness } from './shared.ts';

const agentArgument = positional('dhcp_agent', 'DHCP_AGENT', { help: 'ID of the DHCP agent.' });
const networkArgument = positional('network', 'NETWORK', { help: 'ID or name of the network.' });

export const commands: Commands = {
  'dhcp-agent-network-add': action({
    about: 'Let a DHCP agent serve a network.',
    arguments: [agentArgument, networkArgument],
    waits: true,
    async run(call) {
      await checkCanWait(call);
      const { args, api, print } = call;
      const id = await api.findId(network, args.text('network') ?? '');
      await api.post(`${agent.path}/${args.text('dhcp_agent')}/dhcp-networks`, { network_id: id });
      print(`Added network ${args.text('network')} to DHCP agent\n`);
      await untilApplied(call, { resource: network, id });
    },
  }),
  'dhcp-agent-network-remove': action({
    about: 'Let a DHCP agent serve a network no more.',
    arguments: [agentArgument, networkArgument],
    async run({ args, api, print }) {
      const id = await api.findId(network, args.text('network') ?? '');
      await api.delete(`${agent.path}/${args.text('dhcp_agent')}/dhcp-networks/${id}`);
      print(`Removed network ${args.text('network')} from DHCP agent\n`);
    },
  }),
  'net-list-on-dhcp-agent': list({
    ...networkList,
    about: 'List the networks that a DHCP agent serves.',
    arguments: [agentArgument],
    path: async ({ args }) => `${agent.path}/${args.text('dhcp_agent')}/dhcp-networks`,
  }),
  'dhcp-agent-list-hosting-net': list({
    resource: agent,
    about: 'List the DHCP agents that serve a network.',
    columns: ['id', 'host', 'admin_state_up', 'alive'],
    pages: false,
    sorts: false,
    arguments: [networkArgument],
    path: async ({ args, api }) =>
      `${network.path}/${await api.findId(network, args.text('network') ?? '')}/dhcp-agents`,
    extend: showLiveness,
  }),
};
