import { hostAddress, hostWith } from '../topology.ts';
import type { Deployment } from './deployment.ts';
import { embedded, embeddedConf } from './embedded.ts';
import { planHost } from './plan.ts';

/** The guide's other architecture: guests sit on the physical LAN itself; no routers, no private networks. */
export const providerOnly: Deployment = {
  ...embedded,
  name: 'provider-only',
  plan: (topology, host) =>
    planHost(topology, host, {
      neutronConf: embeddedConf(hostAddress(hostWith(topology, 'control')), ''),
      providerOnly: true,
    }),
};
