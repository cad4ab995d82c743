import type { Kysely } from 'kysely';
import { canonicalAddress, parseAddress, versionOf } from '../../net/address.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import type { Database } from '../db/schema/index.ts';
import { badRequest } from '../errors/index.ts';
import type { Lookup } from '../services/neighbours.ts';

/** An end as it was found: a port with one of its addresses, or an address that is no port's. */
export interface FoundEnd {
  readonly address: string;
  readonly port: PortDict | undefined;
  /** The floating IP by which the port was named. */
  readonly floating: string | undefined;
}

/**
 * Finds what a word names: a port's id or name, the id or the address of a floating IP, an address of a port, or one
 * that is none of ours.
 * @param near of several ports with the same address, the one on this network is meant
 * @throws HTTPBadRequest when it names nothing, or several
 */
export async function findEnd(
  db: Kysely<Database>,
  ports: Lookup,
  word: string,
  near?: string,
): Promise<FoundEnd> {
  if (parseAddress(word)) return byAddress(db, ports, canonicalAddress(word), near);
  const rows = await db
    .selectFrom('ports')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', word), eb('name', '=', word)]))
    .limit(2)
    .execute();
  if (rows.length > 1) throw badRequest(`Several ports are named ${word}: give the id of one`);
  if (rows.length === 1) return ofPort(await portOf(db, ports, rows[0]!.id));
  const floating = await db
    .selectFrom('floatingips')
    .select('floating_ip_address')
    .where('id', '=', word)
    .executeTakeFirst();
  if (floating) return byAddress(db, ports, floating.floating_ip_address, near);
  throw badRequest(`${word} is no port, no floating IP and no address`);
}

const portOf = async (db: Kysely<Database>, ports: Lookup, id: string): Promise<PortDict> =>
  (await ports.getIn(db, id)) as unknown as PortDict;

/** A port by its first address; of IPv4 when it has one. */
function ofPort(port: PortDict): FoundEnd {
  const addresses = port.fixed_ips.map(({ ip_address }) => ip_address);
  const address = addresses.find((one) => versionOf(one) === 4) ?? addresses[0] ?? '';
  return { address, port, floating: undefined };
}

async function byAddress(
  db: Kysely<Database>,
  ports: Lookup,
  address: string,
  near: string | undefined,
): Promise<FoundEnd> {
  const floating = await db
    .selectFrom('floatingips')
    .select(['id', 'fixed_port_id', 'fixed_ip_address'])
    .where('floating_ip_address', '=', address)
    .executeTakeFirst();
  if (floating) {
    const { fixed_port_id: portId, fixed_ip_address: fixed } = floating;
    const port = portId === null ? undefined : await portOf(db, ports, portId);
    return { address: fixed ?? address, port, floating: address };
  }
  const rows = await db
    .selectFrom('ipallocations')
    .select(['port_id', 'network_id'])
    .where('ip_address', '=', address)
    .where('port_id', 'is not', null)
    .execute();
  const chosen = rows.length > 1 ? rows.filter(({ network_id }) => network_id === near) : rows;
  if (rows.length > 1 && chosen.length !== 1)
    throw badRequest(
      `${rows.length} ports on different networks have the address ${address}: give the id of one`,
    );
  const [row] = chosen;
  const port = row?.port_id ? await portOf(db, ports, row.port_id) : undefined;
  return { address, port, floating: undefined };
}
