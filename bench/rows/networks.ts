import type { Item } from '../target/api.ts';
import type { Target } from '../target/target.ts';

/** Removes a network and every port on it: by the database, as the API of the peer would take minutes. */
async function removeNetwork({ api, database }: Target, id: string): Promise<void> {
  await database.query(
    'delete a from standardattributes a join ports p on p.standard_attr_id = a.id where p.network_id = ?',
    [id],
  );
  await api.ask('DELETE', `networks/${id}`);
}

/** A network with a subnet of 65,000 addresses without DHCP; gone after the round. */
export async function emptyNetwork(target: Target): Promise<Item> {
  const network = await target.api.create('networks', { name: 'bench' });
  target.afterwards(() => removeNetwork(target, network.id));
  const subnet = { network_id: network.id, ip_version: 4, cidr: '10.10.0.0/16', enable_dhcp: false };
  await target.api.create('subnets', subnet);
  return network;
}
