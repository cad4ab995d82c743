import type { Exercised } from '../exercised.ts';

/** What our server and Python's agents say to each other: `tests/interop/pythonAgents.test.ts` sees every one of them. */
export const pythonAgents: readonly Exercised[] = [];
