import type { PortDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import { metadata } from '../../rpc/metadata.ts';
import type { ServerContext } from '../context.ts';
import type { Lookup } from '../services/neighbours.ts';

/** What the metadata agent asks. */
export const metadataEndpoint = ({ db }: ServerContext, ports: Lookup) =>
  endpoint(metadata, {
    get_ports: (_context, { filters: { fixed_ips, ...plain } }) =>
      db.transaction(async (tx) => {
        const filters = { ...plain, ...(fixed_ips ? { fixed_ips: [fixed_ips] } : {}) };
        return (await ports.listIn(tx, filters)) as unknown as PortDict[];
      }),
  });
