import { tapName } from '../net/names.ts';
import { addGuest, type Guest, neutron } from './guests.ts';
import { runIn } from './host.ts';
import { hostNamed, type Lab } from './lab.ts';
import { waitFor } from './waitFor.ts';

/** The guide's cloud: a provider network, a private network behind a router, a guest on each host, a floating IP. */
export interface Cloud {
  /** On compute; it has the floating IP. */
  readonly vm1: Guest;
  /** On controller. */
  readonly vm2: Guest;
  readonly floatingAddress: string;
}

/** Runs `neutron WORDS…` and returns one column of its answer. */
export async function column(lab: Lab, name: string, ...words: string[]): Promise<string> {
  return (await neutron(lab, ...words, '-f', 'value', '-c', name)).trim();
}

export async function createPublic(lab: Lab): Promise<void> {
  const provider = ['--provider:physical_network', 'public', '--provider:network_type', 'flat'];
  await neutron(lab, 'net-create', 'public', '--shared', '--router:external', ...provider);
  const pool = ['--allocation-pool', 'start=192.168.81.100,end=192.168.81.200'];
  await neutron(lab, 'subnet-create', 'public', '192.168.81.0/24', ...pool, '--gateway', '192.168.81.254');
}

/** Makes a floating IP for a guest and waits until `outside` reaches it; returns its address. */
export async function addFloatingIp(lab: Lab, guest: Guest): Promise<string> {
  const address = await column(
    lab,
    'floating_ip_address',
    'floatingip-create',
    'public',
    '--port-id',
    guest.portId,
  );
  await waitFor(`an answer of ${address}`, () =>
    runIn(hostNamed(lab, 'outside'), ['ping', '-c', '1', '-W', '1', address]),
  );
  return address;
}

export async function removeFloatingIp(lab: Lab, address: string): Promise<void> {
  const id = await column(lab, 'id', 'floatingip-list', '--floating_ip_address', address);
  await neutron(lab, 'floatingip-delete', id);
}

/** Takes a guest away as Nova does: first the tap, then the port. */
export async function removeGuest(lab: Lab, guest: Guest): Promise<void> {
  await runIn(guest.host, ['ip', 'link', 'del', tapName(guest.portId)]);
  await runIn(guest.host, ['ip', 'netns', 'del', guest.name]);
  await neutron(lab, 'port-delete', guest.portId);
}

/** Builds the guide's cloud; every path of it answers once when this resolves. */
export async function buildCloud(lab: Lab): Promise<Cloud> {
  await createPublic(lab);
  await neutron(lab, 'net-create', 'private');
  await neutron(lab, 'subnet-create', 'private', '172.16.1.0/24', '--gateway', '172.16.1.1');
  await neutron(lab, 'router-create', 'router');
  const subnet = await column(lab, 'id', 'subnet-list', '--cidr', '172.16.1.0/24');
  await neutron(lab, 'router-interface-add', 'router', subnet);
  await neutron(lab, 'router-gateway-set', 'router', 'public');
  const vm1 = await addGuest(lab, { name: 'vm1', host: 'compute', network: 'private' });
  const vm2 = await addGuest(lab, { name: 'vm2', host: 'controller', network: 'private' });
  const group = (await column(lab, 'security_groups', 'port-show', vm1.portId)).replace(/[^0-9a-f-]/g, '');
  await neutron(lab, 'security-group-rule-create', '--protocol', 'icmp', '--direction', 'ingress', group);
  return { vm1, vm2, floatingAddress: await addFloatingIp(lab, vm1) };
}
