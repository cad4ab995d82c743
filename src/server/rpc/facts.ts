import { facts } from '../../rpc/facts.ts';
import { endpoint } from '../../rpc/interface.ts';
import type { ServerContext } from '../context.ts';
import { readFacts } from '../facts.ts';

/** What neutron-doctor asks on a host without access to the database. */
export const factsEndpoint = ({ db }: ServerContext) =>
  endpoint(facts, {
    get_facts: async () => ({ ...(await readFacts(db)), time: new Date().toISOString() }),
  });
