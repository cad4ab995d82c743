import { agent } from './agent.ts';
import { defineMembers, defineResource } from './definition.ts';
import { network } from './network.ts';
import { router } from './router.ts';

/** An agent as the hosts of a network or a router show it, where nothing is cut away. */
const host = defineResource({ ...agent, order: [...agent.order, 'resource_versions', 'ha_state'] });

/** A router as an agent's list shows it, with what is otherwise told to agents only. */
const hosted = defineResource({
  ...router,
  order: router.order.flatMap((name) => {
    if (name === 'description') return ['gw_port_id', name];
    return name === 'availability_zone_hints' ? ['ha_vr_id', name] : [name];
  }),
});

/** The networks that a DHCP agent serves. */
export const dhcpNetworks = defineMembers({
  path: 'dhcp-networks',
  below: agent,
  shows: network,
  alias: 'dhcp_agent_scheduler',
  rules: { list: 'get_dhcp-networks', member: 'dhcp-network' },
  adds: 'network_id',
});

/** The DHCP agents of a network. */
export const dhcpAgents = defineMembers({
  path: 'dhcp-agents',
  below: network,
  shows: host,
  alias: 'dhcp_agent_scheduler',
  rules: { list: 'get_dhcp-agents', member: 'dhcp-agent' },
});

/** The routers that an L3 agent hosts. */
export const l3Routers = defineMembers({
  path: 'l3-routers',
  below: agent,
  shows: hosted,
  alias: 'l3_agent_scheduler',
  rules: { list: 'get_l3-routers', member: 'l3-router' },
  adds: 'router_id',
});

/** The L3 agents of a router. */
export const l3Agents = defineMembers({
  path: 'l3-agents',
  below: router,
  shows: host,
  alias: 'l3_agent_scheduler',
  rules: { list: 'get_l3-agents', member: 'l3-agent' },
});
