import { endpoint } from '../../rpc/interface.ts';
import { resourcesPull } from '../../rpc/resources.ts';

/**
 * Versioned objects for agents that ask for them. Of the types they ask for (QoS policies, port forwardings, trunks)
 * there are none yet, which is an answer; without one an agent would try again and again.
 */
export const resourcesEndpoint = () =>
  endpoint(resourcesPull, { pull: async () => null, bulk_pull: async () => [] });
