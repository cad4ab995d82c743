import { enableCompileCache } from 'node:module';
import { runAgent } from '../runtime/run.ts';
import { metadataAgentParts } from './agent.ts';

enableCompileCache();

await runAgent({ program: 'neutron-metadata-agent', build: metadataAgentParts });
