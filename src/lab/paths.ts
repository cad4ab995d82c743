import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this runs from; hosts see it at the same path. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const binDirectory = join(projectRoot, 'bin');
export const nodeProgram = join(projectRoot, 'node_modules', '.bin', 'node');

/** A command of ours by its name. */
export const command = (name: string) => join(binDirectory, name);
