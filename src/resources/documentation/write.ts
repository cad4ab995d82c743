import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocument } from './api.ts';
import { extensionsDocument } from './extensions.ts';

/** The pages under docs/ that are made of definitions. */
export const documents = (): Readonly<Record<string, string>> => ({
  'api.md': apiDocument(),
  'extensions.md': extensionsDocument(),
});

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../../../docs');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(documents())) writeFileSync(join(folder, name), text);
}
