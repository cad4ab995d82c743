import { facts } from '../../rpc/facts.ts';
import { endpoint } from '../../rpc/interface.ts';
import type { ServerContext } from '../context.ts';
import { readFacts } from '../facts.ts';

/** What neutron-doctor asks on a host without access to the database. */
export const factsEndpoint = ({ db, config }: ServerContext) =>
  endpoint(facts, {
    get_facts: async () => ({ ...(await readFacts(db, config)), time: new Date().toISOString() }),
  });
