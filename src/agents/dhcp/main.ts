import { runAgent } from '../runtime/run.ts';
import { dhcpAgentParts } from './agent.ts';

await runAgent({ program: 'neutron-dhcp-agent', build: dhcpAgentParts });
