import { removeGuest } from '../cloud.ts';
import { waitFor } from '../deployments/processes.ts';
import { addGuest, type Guest, insideGuest } from '../guests.ts';
import { runIn } from '../host.ts';
import { hostNamed, type Lab } from '../lab.ts';
import { type Client, type ClientName, clientOf, value } from './clients.ts';

/** What must be answered, or fall silent, while resources change. */
const answers = (lab: Lab, address: string, wanted: boolean) =>
  waitFor(`${address} to ${wanted ? 'answer' : 'fall silent'}`, async () => {
    const { code } = await runIn(hostNamed(lab, 'outside'), ['ping', '-c', '1', '-W', '1', address], {
      allowed: [0, 1],
    });
    if ((code === 0) !== wanted) throw new Error(wanted ? 'no answer' : 'it still answers');
  });

const reaches = (guest: Guest, address: string) =>
  waitFor(`${guest.name} to reach ${address}`, () =>
    runIn(guest.host, insideGuest(guest.name, ['ping', '-c', '1', '-W', '1', address])),
  );

/**
 * Creates, changes and deletes resources of every agent while something has just been swapped: one client creates them,
 * the other changes and deletes them. What was made must work in the data plane, and what was taken away be gone.
 */
export async function changeResources(
  lab: Lab,
  round: number,
  creator: ClientName,
  neighbour: string,
): Promise<string> {
  const [make, change] = [clientOf(lab, creator), clientOf(lab, creator === 'ours' ? "Python's" : 'ours')];
  const name = `swap${round}`;
  const cidr = `172.17.${round}.0/24`;
  await make('net-create', name);
  await make('subnet-create', name, cidr, '--name', name, '--gateway', `172.17.${round}.1`);
  await make('router-interface-add', 'router', name);
  await make('security-group-create', name);
  await make('security-group-rule-create', name, '--protocol', 'icmp', '--direction', 'ingress');
  const guest = await addGuest(lab, { name, host: 'compute', network: name, securityGroups: [name] });
  await reaches(guest, neighbour);
  const floating = await value(
    make,
    'floating_ip_address',
    'floatingip-create',
    'public',
    '--port-id',
    guest.portId,
  );
  await answers(lab, floating, true);
  await removeEverything(lab, change, name, guest, floating);
  return `${creator} made a network, a router interface, a group, a guest (${guest.lease.split(' ')[0]}) and ${floating}; the other client changed and deleted them`;
}

async function removeEverything(lab: Lab, change: Client, name: string, guest: Guest, floating: string) {
  await change('port-update', guest.portId, '--description', 'seen by the other client');
  await change('net-update', name, '--description', 'seen by the other client');
  const rule = await value(
    change,
    'id',
    'security-group-rule-list',
    '--protocol',
    'icmp',
    '--security-group',
    name,
  );
  for (const id of rule.split(/\s+/).filter(Boolean)) await change('security-group-rule-delete', id);
  await answers(lab, floating, false);
  const id = await value(change, 'id', 'floatingip-list', '--floating_ip_address', floating);
  await change('floatingip-disassociate', id);
  await change('floatingip-delete', id);
  await removeGuest(lab, guest);
  await change('security-group-delete', name);
  await change('router-interface-delete', 'router', name);
  await change('net-delete', name);
}
