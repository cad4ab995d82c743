import { runAgent } from '../runtime/run.ts';
import { buildL3Agent } from './agent.ts';

await runAgent({ program: 'neutron-l3-agent', build: async (runtime) => buildL3Agent(runtime) });
