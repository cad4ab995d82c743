/** Owners of ports (`device_owner`) that Neutron's own agents and services make. */
export const DHCP_PORT = 'network:dhcp';
export const ROUTER_INTERFACE = 'network:router_interface';
export const REPLICATED_INTERFACE = 'network:ha_router_replicated_interface';
export const DISTRIBUTED_INTERFACE = 'network:router_interface_distributed';
export const ROUTER_GATEWAY = 'network:router_gateway';
export const FLOATING_IP = 'network:floatingip';

/** Every kind of interface towards a project's network. */
export const ROUTER_INTERFACES: readonly string[] = [
  ROUTER_INTERFACE,
  REPLICATED_INTERFACE,
  DISTRIBUTED_INTERFACE,
];

/** The port by which instances of a highly available router on several hosts hear each other. */
export const HA_INTERFACE = 'network:router_ha_interface';

/** The port by which a distributed router's central part is on a project's network. */
export const SNAT_INTERFACE = 'network:router_centralized_snat';

/** The port by which a distributed router's part on a host is on the external network. */
export const FLOATING_IP_AGENT_GATEWAY = 'network:floatingip_agent_gateway';
