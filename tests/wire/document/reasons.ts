/** Why something of Neutron's RPC is not there, by topic and method; the side that lacks it. */
export interface Reason {
  readonly topic: string;
  readonly method: string;
  readonly why: string;
}

const distributed = 'agents of distributed routers need Open vSwitch, in Neutron too';
const delegation = 'prefix delegation is not served: a subnet cannot be made with it';
const plugin = (name: string) =>
  `the plugin ${name} is not served; without it Neutron does not listen on this topic either`;

export const reasons: readonly Reason[] = [
  { topic: 'q-l3-plugin', method: 'get_agent_gateway_port', why: distributed },
  { topic: 'q-l3-plugin', method: 'delete_agent_gateway_port', why: distributed },
  { topic: 'q-l3-plugin', method: 'process_prefix_update', why: delegation },
  {
    topic: 'q-server-resource-versions',
    method: 'report_agent_resource_versions',
    why: 'ours tells Python servers; it need not hear them, as it reads from the database what agents understand',
  },
  { topic: 'trunk', method: 'update_subport_bindings', why: plugin('trunk') },
  { topic: 'trunk', method: 'update_trunk_status', why: plugin('trunk') },
  { topic: 'q-metering-plugin', method: 'get_sync_data_metering', why: plugin('metering') },
  {
    topic: 'q-agent-notifier-port-delete',
    method: 'port_delete',
    why: 'sent; Linux bridge agents do not listen, Python’s neither: the kernel tells them',
  },
  { topic: 'l3_agent', method: 'add_arp_entry', why: distributed },
  { topic: 'l3_agent', method: 'del_arp_entry', why: distributed },
  { topic: 'l3_agent', method: 'fipnamespace_delete_on_ext_net', why: distributed },
];

export const reasonOf = (topic: string, method: string): string | undefined =>
  reasons.find((one) => one.topic === topic && one.method === method)?.why;
