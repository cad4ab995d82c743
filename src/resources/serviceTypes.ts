/** Types of the plugins that this server always has, as Neutron's name themselves. */
export const serviceTypes: readonly string[] = [
  'CORE',
  'L3_ROUTER_NAT',
  'auto-allocated-topology',
  'TAG',
  'timestamp',
  'network-ip-availability',
  'FLAVORS',
  'revision_plugin',
];
