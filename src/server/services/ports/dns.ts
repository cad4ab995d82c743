import type { FixedIp } from '../../ipam/requests.ts';
import type { DnsNames } from '../extensions/drivers.ts';
import type { Item, Tx } from '../service.ts';

/** What the database holds of a port's name; null without any. */
export interface DnsRow {
  readonly dns_name?: string | null | undefined;
  readonly dns_domain?: string | null | undefined;
  /** The domain under which an external service knows the port. */
  readonly current_dns_domain?: string | null | undefined;
}

/** The names by which a port's addresses are known to its network's DHCP servers. */
function assignments(dns: DnsNames, row: DnsRow, fixedIps: readonly FixedIp[]): Item[] {
  const own = dns.ownNames ? (row.dns_name ?? '') : '';
  const domain = (dns.ownNames && row.current_dns_domain) || dns.domain;
  return fixedIps.map(({ ip_address }) => {
    const hostname = own || `host-${ip_address.replaceAll(/[.:]/g, '-')}`;
    const isFull = own.endsWith('.') || domain === '';
    return { ip_address, hostname, fqdn: isFull ? hostname : `${hostname}.${domain}` };
  });
}

/** A port's name as the API and agents see it. */
export const presentDns = (dns: DnsNames, row: DnsRow, fixedIps: readonly FixedIp[]): Item => ({
  dns_name: row.dns_name ?? '',
  dns_assignment: assignments(dns, row, fixedIps),
  ...(dns.portDomains ? { dns_domain: row.dns_domain ?? '' } : {}),
});

/** What an external DNS service would be told: there is none here. */
const UNPUBLISHED = {
  current_dns_name: '',
  current_dns_domain: '',
  previous_dns_name: '',
  previous_dns_domain: '',
};

const given = (item: Item, key: string): string => (item[key] ?? '') as string;

/** Keeps the names of new ports; with the default domain names are not kept, as in Neutron. */
export async function insertDns(
  tx: Tx,
  dns: DnsNames,
  ports: readonly { readonly id: string; readonly item: Item }[],
): Promise<void> {
  const rows = ports
    .map(({ id, item }) => ({
      port_id: id,
      dns_name: given(item, 'dns_name'),
      dns_domain: given(item, 'dns_domain'),
      ...UNPUBLISHED,
    }))
    .filter(({ dns_name, dns_domain }) => dns_name !== '' || dns_domain !== '');
  if (dns.ownNames && rows.length > 0) await tx.insertInto('portdnses').values(rows).execute();
}

/** Writes what a request changes of a port's name. */
export async function writeDns(tx: Tx, dns: DnsNames, id: string, changes: Item): Promise<void> {
  const values = Object.fromEntries(
    ['dns_name', 'dns_domain'].filter((key) => key in changes).map((key) => [key, given(changes, key)]),
  );
  if (!dns.ownNames || Object.keys(values).length === 0) return;
  const known = await tx
    .selectFrom('portdnses')
    .select('port_id')
    .where('port_id', '=', id)
    .executeTakeFirst();
  if (known) await tx.updateTable('portdnses').set(values).where('port_id', '=', id).execute();
  else await insertDns(tx, dns, [{ id, item: changes }]);
}
