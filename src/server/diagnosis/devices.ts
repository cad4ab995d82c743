import { DHCP_PORT } from '../../net/deviceOwners.ts';
import { DHCP_AGENT, L3_AGENT } from '../services/agents/agent.ts';
import type { PortFacts } from './model/ports.ts';

type Owned = Pick<PortFacts, 'id' | 'deviceOwner'>;

const isRouter = ({ deviceOwner }: Owned): boolean => /^network:(router|ha_router)/.test(deviceOwner);

/** Whether a port belongs to a machine, and not to the network itself. */
export const isMachine = ({ deviceOwner }: Owned): boolean => !deviceOwner.startsWith('network:');

/** Who makes the device of a port, and the agent that does, beside the Linux bridge agent that wires it. */
export function makerOf(port: Owned) {
  if (port.deviceOwner === DHCP_PORT) return { maker: 'dhcp', agentType: DHCP_AGENT } as const;
  if (isRouter(port)) return { maker: 'router', agentType: L3_AGENT } as const;
  return { maker: 'machine', agentType: undefined } as const;
}
