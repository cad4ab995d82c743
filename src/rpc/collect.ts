import { DIAGNOSIS_TOPICS, type DiagnosableAgent } from './diagnosis.ts';
import { call, defineInterface } from './interface.ts';

/**
 * What `neutron-doctor bundle` asks one of our agents on each other host: the host's configuration, logs and kernel
 * state, with secrets removed where they are. Not Neutron's: Python agents do not listen here.
 */

/** What was gathered of a host, compressed for the way. */
export interface Collected {
  /** JSON of Record<path, text>, gzip, base64. */
  readonly files: string;
  /** What could not be read, and why, a line each. */
  readonly missed: readonly string[];
}

export const collection = (agentType: DiagnosableAgent) =>
  defineInterface({
    topic: DIAGNOSIS_TOPICS[agentType],
    namespace: 'nts.collect',
    version: '1.0',
    methods: { collect: call<object, Collected>('1.0') },
  });
