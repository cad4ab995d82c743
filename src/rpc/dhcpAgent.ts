import type { FixedIp, NetworkDict, PortDict, SubnetDict } from './dicts.ts';
import { cast, defineInterface } from './interface.ts';

/** Order in which an agent takes waiting notifications; lower first. */
export const dhcpPriorities = {
  networkCreate: 0,
  networkUpdate: 1,
  networkDelete: 2,
  subnetCreate: 3,
  subnetUpdate: 3,
  subnetDelete: 4,
  /** For one agent of the network; the others get portLow. */
  portHigh: 5,
  portLow: 6,
  portDelete: 6,
} as const;

interface Payload<Body> {
  payload: Body & { priority?: number };
}

/** Notifications to DHCP agents, to dhcp_agent.<host> each; network_delete_end by fanout when a network is deleted. */
export const dhcpAgent = defineInterface({
  topic: 'dhcp_agent',
  version: '1.0',
  methods: {
    network_create_end: cast<Payload<{ network: { id: string } & Partial<NetworkDict> }>>('1.0'),
    network_update_end: cast<Payload<{ network: NetworkDict }>>('1.0'),
    network_delete_end: cast<Payload<{ network_id: string }>>('1.0'),
    /** `network` inside a created subnet or port is its network. */
    subnet_create_end: cast<Payload<{ subnet: SubnetDict & { network?: NetworkDict } }>>('1.0'),
    subnet_update_end: cast<Payload<{ subnet: SubnetDict }>>('1.0'),
    subnet_delete_end: cast<Payload<{ subnet_id: string; network_id: string }>>('1.0'),
    port_create_end: cast<Payload<{ port: PortDict & { network?: NetworkDict } }>>('1.0'),
    port_update_end: cast<Payload<{ port: PortDict & { network?: NetworkDict } }>>('1.0'),
    port_delete_end: cast<Payload<{ port_id: string; network_id: string; fixed_ips?: FixedIp[] }>>('1.0'),
    agent_updated: cast<{ payload: { admin_state_up: boolean } }>('1.0'),
  },
});
