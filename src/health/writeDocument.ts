import { writeFileSync } from 'node:fs';
import { problemsDocument } from './document.ts';

writeFileSync(new URL('../../docs/problems.md', import.meta.url), problemsDocument());
