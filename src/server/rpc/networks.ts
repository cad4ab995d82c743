import type { NetworkDict } from '../../rpc/dicts.ts';
import type { Db } from '../db/database.ts';
import type { Lookup } from '../services/neighbours.ts';

interface Asked {
  readonly filters?: Record<string, unknown> | null;
  readonly fields?: readonly string[] | null;
}

/** What drivers outside Neutron ask of DHCP and L3 agents' servers alike: networks, cut to the fields named if any are. */
export const listNetworks = (db: Db, networks: Lookup, { filters, fields }: Asked) =>
  db.transaction(async (tx): Promise<Partial<NetworkDict>[]> => {
    const found = await networks.listIn(tx, (filters ?? {}) as Record<string, readonly unknown[]>);
    if (!fields?.length) return found as Partial<NetworkDict>[];
    return found.map((network) =>
      Object.fromEntries(Object.entries(network).filter(([name]) => fields.includes(name))),
    );
  });
