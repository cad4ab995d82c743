import { buildCloud, column, createPublic } from '../../../src/lab/cloud.ts';
import { addGuest, neutron } from '../../../src/lab/guests.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { tapName } from '../../../src/net/names.ts';
import type { Scenario } from './scenario.ts';

/** What `$NAME` stands for in the scenarios of a lab. */
export type Names = Readonly<Record<string, string>>;

const idOf = (lab: Lab, collection: string, name: string) => column(lab, 'id', `${collection}-show`, name);

/** Builds the guide's cloud in a lab and names its parts. */
export async function nameCloud(lab: Lab, kind: Scenario['lab']): Promise<Names> {
  if (kind === 'provider-only') {
    await createPublic(lab);
    const vm1 = await addGuest(lab, { name: 'vm1', host: 'compute', network: 'public' });
    const vm2 = await addGuest(lab, { name: 'vm2', host: 'controller', network: 'public' });
    return { ...guests(vm1.portId, vm2.portId), PUBLIC: await idOf(lab, 'net', 'public') };
  }
  const { vm1, vm2, floatingAddress } = await buildCloud(lab);
  return {
    ...guests(vm1.portId, vm2.portId),
    VM1: vm1.address,
    VM2: vm2.address,
    VM2_MAC: await column(lab, 'mac_address', 'port-show', vm2.portId),
    FLOATING: floatingAddress,
    FLOATINGIP: await column(lab, 'id', 'floatingip-list', '--floating_ip_address', floatingAddress),
    ROUTER: await idOf(lab, 'router', 'router'),
    PRIVATE: await idOf(lab, 'net', 'private'),
    PUBLIC: await idOf(lab, 'net', 'public'),
    PRIVATE_SUBNET: await column(lab, 'id', 'subnet-list', '--cidr', '172.16.1.0/24'),
    PUBLIC_SUBNET: await column(lab, 'id', 'subnet-list', '--cidr', '192.168.81.0/24'),
    ...(await agents(lab)),
  };
}

const guests = (vm1: string, vm2: string): Names => ({
  VM1_PORT: vm1,
  VM2_PORT: vm2,
  VM1_TAP: tapName(vm1),
  VM2_TAP: tapName(vm2),
});

/** `LINUXBRIDGE_AGENT_COMPUTE` and so on: the ids of agents. */
async function agents(lab: Lab): Promise<Names> {
  const rows = JSON.parse(
    await neutron(lab, 'agent-list', '-c', 'id', '-c', 'binary', '-c', 'host', '-f', 'json'),
  ) as readonly { id: string; binary: string; host: string }[];
  return Object.fromEntries(
    rows.map(({ id, binary, host }) => [
      `${binary.replace('neutron-', '').replaceAll('-', '_')}_${host}`.toUpperCase(),
      id,
    ]),
  );
}

/** Puts values in for `$NAME` in a word. */
export const named = (word: string, names: Names): string =>
  word.replace(/\$([A-Z][A-Z0-9_]*)/g, (whole, name: string) => names[name] ?? whole);
