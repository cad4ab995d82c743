import { agentOn, remembered, serving } from './dhcp.ts';
import { contains, hears, hides, type Stage, shows } from './stage.ts';

/** Agents that an administrator takes out of service, and back: they give up what they have, and get it again. */
export async function outOfService(stage: Stage): Promise<void> {
  const { make, change, rest, mark, controller: host } = stage;
  const [dhcp, l3] = [await agentOn(stage, host, 'DHCP agent'), await agentOn(stage, host, 'L3 agent')];
  const other = await agentOn(stage, stage.compute, 'DHCP agent');
  const namespaces = ['ip', 'netns', 'list'];
  const network = await make('network', { name: 'suspended' });
  const subnet = await make('subnet', { network_id: network.id, ip_version: 4, cidr: '172.16.70.0/24' });
  const opts = `/var/lib/neutron/dhcp/${network.id}/opts`;
  await contains(await serving(stage, network.id), opts, /option:router/);
  await remembered(stage, 0, network.id);
  let since = mark();
  const { agents } = await rest.get<{ agents: { id: string }[] }>(`networks/${network.id}/dhcp-agents`);
  if (agents[0]!.id === other.id) {
    await shows(stage.compute, namespaces, new RegExp(`qdhcp-${network.id}`));
    await rest.delete(`agents/${other.id}/dhcp-networks/${network.id}`);
    // Two agents on one network at the same time find each other's metadata address a duplicate.
    await shows(stage.compute, namespaces, new RegExp(`qdhcp-${network.id}`), false);
    since = mark();
    await rest.post(`agents/${dhcp.id}/dhcp-networks`, { network_id: network.id });
    await contains(host, opts, /option:router,172\.16\.70\.1/);
    await remembered(stage, since, network.id);
  }
  const router = await make('router', { name: 'suspended' });
  await rest.post(`agents/${l3.id}/l3-routers`, { router_id: router.id });
  await rest.put(`routers/${router.id}/add_router_interface`, { subnet_id: subnet.id });
  await contains(host, opts, /option:router,172\.16\.70\.1/);
  await shows(host, namespaces, new RegExp(`qrouter-${router.id}`));

  const set = (admin_state_up: boolean) =>
    Promise.all([dhcp, l3].map(({ id }) => rest.put(`agents/${id}`, { agent: { admin_state_up } })));
  since = mark();
  await set(false);
  for (const topic of ['dhcp_agent', 'l3_agent'])
    await hears(stage, since, 'agent_updated', (message) => message.topic === topic);
  await hides(host, namespaces, new RegExp(`qdhcp-${network.id}`));
  since = mark();
  await set(true);
  await hears(stage, since, 'get_active_networks_info', ({ args }) => args.host === host.name);
  await shows(host, namespaces, new RegExp(`qdhcp-${network.id}`));
  await contains(host, opts, /option:router,172\.16\.70\.1/);
  await shows(host, namespaces, new RegExp(`qrouter-${router.id}`));
  await rest.put(`routers/${router.id}/remove_router_interface`, { subnet_id: subnet.id });
  await rest.delete(`routers/${router.id}`);
  await change('network', network.id, { name: 'in service' });
}
