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

/** A network that is gone after the round. */
export async function network(target: Target, attributes: object = {}): Promise<Item> {
  const made = await target.api.create('networks', { name: 'bench', ...attributes });
  target.afterwards(() => removeNetwork(target, made.id));
  return made;
}

/** A network with a subnet of 65,000 addresses, without DHCP unless told: no agent does anything about its ports. */
export async function networkWithSubnet(target: Target, attributes: object = {}): Promise<Item> {
  const made = await network(target, attributes);
  const subnet = { network_id: made.id, ip_version: 4, cidr: '10.10.0.0/16', enable_dhcp: false };
  await target.api.create('subnets', subnet);
  return made;
}
