import { enableCompileCache } from 'node:module';
import { runAgent } from '../runtime/run.ts';
import { dhcpAgentParts } from './agent.ts';

enableCompileCache();

await runAgent({ program: 'neutron-dhcp-agent', build: dhcpAgentParts });
