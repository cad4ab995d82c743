import { tapName } from '../../net/names.ts';
import type { Cloud } from '../cloud.ts';
import type { Daemon } from '../daemons.ts';
import { addGuest, fetchFromGuest, type Guest, insideGuest } from '../guests.ts';
import { type RunningHost, runIn } from '../host.ts';
import { hostNamed, type Lab } from '../lab.ts';
import { waitFor } from '../waitFor.ts';
import { type Client, type ClientName, clientOf, value } from './clients.ts';

/** Python's agents hear of some changes only after what they do first after their start. */
const PATIENCE = 90;

interface Scene {
  readonly lab: Lab;
  readonly cloud: Cloud;
  readonly host: string;
  /** Name of everything that is made. */
  readonly name: string;
  /** The third byte of the addresses of a network of its own. */
  readonly round: number;
  /** The client that creates. */
  readonly make: Client;
  /** The other one, which changes and deletes. */
  readonly change: Client;
}

const ping = async (host: RunningHost, words: readonly string[], address: string) =>
  (await runIn(host, [...words, 'ping', '-c', '1', '-W', '1', address], { allowed: [0, 1] })).code === 0;

const answers = (lab: Lab, address: string, wanted: boolean, guest?: Guest) =>
  waitFor(
    `${address} to ${wanted ? 'answer' : 'fall silent'}`,
    async () => {
      const host = guest?.host ?? hostNamed(lab, 'outside');
      if ((await ping(host, guest ? insideGuest(guest.name, []) : [], address)) !== wanted)
        throw new Error(wanted ? 'no answer' : 'it still answers');
    },
    PATIENCE,
  );

/** Takes a guest away as Nova does: first the tap, then the port, which the other client deletes. */
async function remove(change: Client, guest: Guest): Promise<void> {
  await runIn(guest.host, ['ip', 'link', 'del', tapName(guest.portId)]);
  await runIn(guest.host, ['ip', 'netns', 'del', guest.name]);
  await change('port-delete', guest.portId);
}

async function makeNetwork({ make, name, round }: Scene): Promise<void> {
  await make('net-create', name);
  await make('subnet-create', name, `172.17.${round}.0/24`, '--name', name);
}

/** A network of its own, and a guest that gets a lease there. */
async function network(scene: Scene): Promise<string> {
  const { lab, change, name, host } = scene;
  await makeNetwork(scene);
  const guest = await addGuest(lab, { name, host, network: name });
  await change('subnet-update', name, '--description', 'changed');
  await change('net-update', name, '--name', `${name}-renamed`);
  await remove(change, guest);
  await change('net-delete', `${name}-renamed`);
  return `a network and a guest on it, which got ${guest.address} by DHCP; renamed, deleted`;
}

/** A guest whose security group lets pings in until the rule is deleted. */
async function guarded({ lab, cloud, make, change, name, host }: Scene): Promise<string> {
  const group = await value(make, 'id', 'security-group-create', name);
  const ingress = ['--protocol', 'icmp', '--direction', 'ingress'];
  const rule = await value(make, 'id', 'security-group-rule-create', ...ingress, group);
  const guest = await addGuest(lab, { name, host, network: 'private', securityGroups: [group] });
  await answers(lab, guest.address, true, cloud.vm1);
  await change('security-group-rule-delete', rule);
  await answers(lab, guest.address, false, cloud.vm1);
  await change('port-update', guest.portId, '--name', `${name}-renamed`);
  await remove(change, guest);
  await change('security-group-delete', group);
  return 'a guest, which answered until its rule was deleted; renamed, deleted';
}

/** A network behind the router, and a floating IP on it. */
async function routed(scene: Scene): Promise<string> {
  const { lab, cloud, make, change, name } = scene;
  await makeNetwork(scene);
  await make('router-interface-add', 'router', name);
  const guest = await addGuest(lab, { name, host: 'compute', network: name });
  await answers(lab, cloud.vm2.address, true, guest);
  const made = await make('floatingip-create', 'public', '--port-id', guest.portId, '-f', 'json');
  const floating = JSON.parse(made) as { id: string; floating_ip_address: string };
  await answers(lab, floating.floating_ip_address, true);
  await change('floatingip-disassociate', floating.id);
  await answers(lab, floating.floating_ip_address, false);
  await change('floatingip-delete', floating.id);
  await remove(change, guest);
  await change('router-interface-delete', 'router', name);
  await change('net-delete', name);
  return `a network on the router, a guest, and ${floating.floating_ip_address}, which answered until it was taken off; deleted`;
}

/** A guest asks for its metadata, before and after its port is described. */
async function metadata({ cloud, make, change, name }: Scene): Promise<string> {
  const { vm1 } = cloud;
  const url = 'http://169.254.169.254/latest/meta-data/instance-id';
  const asked = () =>
    waitFor(
      'an answer of the metadata service',
      async () => {
        const said = await fetchFromGuest(vm1, url);
        if (said !== vm1.instanceId) throw new Error(`it said ${said}`);
      },
      PATIENCE,
    );
  await asked();
  await make('port-update', vm1.portId, '--description', name);
  await change('port-update', vm1.portId, '--description', '');
  await asked();
  return `${vm1.name} asked for its metadata and got its own; its port described, and no more`;
}

const CHANGES: Readonly<Record<string, (scene: Scene) => Promise<string>>> = {
  'neutron-server': network,
  'neutron-linuxbridge-agent': guarded,
  'neutron-l3-agent': routed,
  'neutron-dhcp-agent': network,
  'neutron-metadata-agent': metadata,
};

/**
 * Creates, changes and deletes resources that need a daemon which has just been swapped: one client creates them, the
 * other changes and deletes them. What was made must work in the data plane, and what was taken away be gone.
 */
export async function changeResources(
  lab: Lab,
  cloud: Cloud,
  daemon: Daemon,
  round: number,
  creator: ClientName,
): Promise<string> {
  const [make, change] = [clientOf(lab, creator), clientOf(lab, creator === 'ours' ? "Python's" : 'ours')];
  return CHANGES[daemon.name]!({ lab, cloud, host: daemon.host, name: `swap${round}`, round, make, change });
}
