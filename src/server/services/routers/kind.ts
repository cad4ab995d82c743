import { DISTRIBUTED_INTERFACE, REPLICATED_INTERFACE, ROUTER_INTERFACE } from '../../../net/deviceOwners.ts';
import type { Item } from '../service.ts';
import type { RouterRow } from './rows.ts';
import { badRouter } from './topology.ts';

/** Whether a router is kept on several hosts, and whether it is spread over those of its guests. */
export interface Kind {
  readonly ha: boolean;
  readonly distributed: boolean;
}

export const kindOf = (router: Pick<RouterRow, 'ha' | 'distributed'>): Kind => ({
  ha: router.ha === 1,
  distributed: router.distributed === 1,
});

/** The kind that a request asks for; null is the same as saying nothing. */
export const wantedKind = ({ ha, distributed }: Item, otherwise: Kind): Kind => ({
  ha: (ha as boolean | null | undefined) ?? otherwise.ha,
  distributed: (distributed as boolean | null | undefined) ?? otherwise.distributed,
});

/** Owner of the ports by which a router of this kind is on projects' networks. */
export const interfaceOwner = ({ ha, distributed }: Kind): string => {
  if (distributed) return DISTRIBUTED_INTERFACE;
  return ha ? REPLICATED_INTERFACE : ROUTER_INTERFACE;
};

/** A router changes its kind only while it is administratively down, so that no agent serves half of each. */
export function checkKindChange(router: RouterRow, changes: Item): void {
  const before = kindOf(router);
  const wanted = wantedKind(changes, before);
  const wasUp = router.admin_state_up === 1;
  const staysUp = (changes.admin_state_up as boolean | undefined) ?? wasUp;
  if (wanted.ha !== before.ha && staysUp) {
    throw badRouter(
      'Cannot change HA attribute of active routers. Please set router admin_state_up to False prior to upgrade',
    );
  }
  if (wanted.distributed !== before.distributed && (wasUp || staysUp)) {
    throw badRouter(
      "Cannot change the 'distributed' attribute of active routers. Please set router admin_state_up to False prior to upgrade",
    );
  }
}
