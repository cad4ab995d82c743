import { runAgent } from '../runtime/run.ts';
import { metadataAgentParts } from './agent.ts';

await runAgent({ program: 'neutron-metadata-agent', build: metadataAgentParts });
