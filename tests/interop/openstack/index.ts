import { agents } from './agents.ts';
import { basics } from './basics.ts';
import { flavors } from './flavors.ts';
import { pools } from './pools.ts';
import { ports } from './ports.ts';
import { quotas } from './quotas.ts';
import { routers } from './routers.ts';
import { securityGroups } from './securityGroups.ts';
import { sharing } from './sharing.ts';

/** What an operator does with the openstack client beside the guide's networks, by subject; each leaves nothing behind. */
export const openstackSteps = {
  basics,
  ports,
  routers,
  securityGroups,
  pools,
  sharing,
  agents,
  flavors,
  quotas,
} as const;
