import { pythonAgents } from './exercised/pythonAgents.ts';
import { pythonServer } from './exercised/pythonServer.ts';

/** An RPC method that crossed the wire between one of our processes and a real one of Python's, in a lab of a test. */
export interface Exercised {
  /** Whose server took part. Its counterparts are the other side's agents. */
  readonly server: 'ours' | 'Python';
  readonly method: string;
  /** Without the host's name or `_fanout` behind it. */
  readonly topic: string;
  /** Python's side was no agent but a script with the classes that agents use: no agent of the test's deployment does. */
  readonly script?: true;
}

/** Each list is asserted by the test that its file names. */
export const exercised: readonly Exercised[] = [...pythonAgents, ...pythonServer];
