import { writeFileSync } from 'node:fs';
import { rpcDocument } from './rpc.ts';

writeFileSync(new URL('../../../docs/rpc.md', import.meta.url), rpcDocument());
