import type { Exercised } from '../exercised.ts';

/** What Python's server and our agents say to each other. */
export const pythonServer: readonly Exercised[] = [];
