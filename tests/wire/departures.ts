/** A known difference from a recorded message. */
export interface Departure {
  /** The recorded message's name. */
  readonly where: RegExp;
  /** The field's path; 'nothing' where ours never says such a thing. */
  readonly what: RegExp;
  readonly why: string;
}

const nobodyListens =
  'agents for Linux bridges subscribe to no objects of this type: only Open vSwitch agents keep a cache of them';
const byItself =
  'of ours no agent sends it: the Linux bridge agent tells of all devices in one update_device_list';

export const departures: readonly Departure[] = [
  { where: /push-|\|push$/, what: /^args nothing$/, why: nobodyListens },
  {
    where: /bulk_pull$/,
    what: /^(args|result) nothing$/,
    why: 'port forwardings are no extension of ours; asked for, they are an empty list',
  },
  {
    where: /router_added_to_agent/,
    what: /^(args|result) nothing$/,
    why: 'a cast of ours, kept in the outbox: where Neutron calls and gives up, the agent hears of it once it is back',
  },
  { where: /update_device_(up|down)/, what: /^args nothing$/, why: byItself },
  {
    where: /report_state-Metadata_agent/,
    what: /metadata_proxy_socket$/,
    why: 'the test keeps its files in a directory of its own',
  },
  {
    where: /^neutron-server/,
    what: /^topic (trunk|q-metering-plugin)$/,
    why: 'the plugins trunk and metering are not served; without them Neutron does not listen there either',
  },
  {
    where: /^neutron-server/,
    what: /^topic q-server-resource-versions$/,
    why: 'our servers read what agents understand from the database; they tell Python servers, and need not hear them',
  },
  {
    where: /^(linuxbridge|l3)$/,
    what: /^topic neutron-vo-(QosPolicy|PortForwarding|ConntrackHelper)-/,
    why: 'agents listen there with extensions alone, which the agents here are not configured with',
  },
  {
    where: /^linuxbridge$/,
    what: /^topic neutron-vo-AddressGroup-1\.2$/,
    why: 'ours hears at once of addresses that a group gains or loses',
  },
  {
    where: /^example q-reports-plugin\|report_state$/,
    what: /configurations\.extensions$/,
    why: 'the agent here is not configured with the extension qos',
  },
  {
    where: /^example q-plugin\|get_network_info$/,
    what: /^result ports\[\d\]\.status$/,
    why: 'whether the gateway of a highly available router is wired depends on the moment',
  },
];

/** Fields that the reference's cloud has from plugins which the guide's has not. */
export const foreign: ReadonlySet<string> = new Set([
  // qos
  'qos_policy_id',
  'qos_network_policy_id',
  'resource_request',
  // dns
  'dns_name',
  'dns_domain',
  'dns_assignment',
  'dns_publish_fixed_ip',
  // data_plane_status, uplink_status_propagation, port_numa_affinity_policy, port_device_profile
  'data_plane_status',
  'propagate_uplink_status',
  'numa_affinity_policy',
  'device_profile',
  // segments
  'segments',
  'segment_id',
  'ip_allocation',
  'l2_adjacency',
  // conntrack_helper, ndp_proxy
  'conntrack_helpers',
  'enable_ndp_proxy',
]);
