import { positional } from '../argparse/argument.ts';
import { action, type Commands } from '../command.ts';
import { checkCanWait, untilApplied } from '../diagnosis/wait.ts';
import { list } from '../kinds/list.ts';
import { agent, router } from '../resources.ts';
import { jsonCell, showLiveness } from './shared.ts';

const agentArgument = positional('l3_agent', 'L3_AGENT', { help: 'ID of the L3 agent.' });
const routerArgument = positional('router', 'ROUTER', { help: 'ID or name of the router.' });

export const commands: Commands = {
  'l3-agent-router-add': action({
    about: 'Let an L3 agent run a router.',
    arguments: [agentArgument, routerArgument],
    waits: true,
    async run(call) {
      await checkCanWait(call);
      const { args, api, print } = call;
      const id = await api.findId(router, args.text('router') ?? '');
      await api.post(`${agent.path}/${args.text('l3_agent')}/l3-routers`, { router_id: id });
      print(`Added router ${args.text('router')} to L3 agent\n`);
      await untilApplied(call, { resource: router, id });
    },
  }),
  'l3-agent-router-remove': action({
    about: 'Let an L3 agent run a router no more.',
    arguments: [agentArgument, routerArgument],
    async run({ args, api, print }) {
      const id = await api.findId(router, args.text('router') ?? '');
      await api.delete(`${agent.path}/${args.text('l3_agent')}/l3-routers/${id}`);
      print(`Removed router ${args.text('router')} from L3 agent\n`);
    },
  }),
  'router-list-on-l3-agent': list({
    resource: router,
    about: 'List the routers that an L3 agent runs.',
    columns: ['id', 'name', 'external_gateway_info'],
    cells: { external_gateway_info: jsonCell('external_gateway_info') },
    pages: false,
    sorts: false,
    arguments: [agentArgument],
    path: async ({ args }) => `${agent.path}/${args.text('l3_agent')}/l3-routers`,
  }),
  'l3-agent-list-hosting-router': list({
    resource: agent,
    about: 'List the L3 agents that run a router.',
    columns: ['id', 'host', 'admin_state_up', 'alive', 'ha_state'],
    pages: false,
    sorts: false,
    arguments: [routerArgument],
    path: async ({ args, api }) =>
      `${router.path}/${await api.findId(router, args.text('router') ?? '')}/l3-agents`,
    extend: showLiveness,
  }),
};
