import { addGuest, fetchFromGuest, type Guest, insideGuest, neutron } from '../guests.ts';
import { runIn } from '../host.ts';
import { hostNamed, type Lab } from '../lab.ts';
import { waitFor } from '../waitFor.ts';
import type { Check } from './check.ts';
import { gatewayAddress } from './guideSteps.ts';
import { expectText, type Operator } from './operator.ts';

/** Guests of a run, by name, filled by the checks that start them. */
export type Guests = Map<string, Guest>;

const named = (guests: Guests, name: string): Guest => {
  const guest = guests.get(name);
  if (!guest) throw new Error(`guest ${name} was not started`);
  return guest;
};

/** Starts a guest; its lease is the evidence. */
const guestCheck = (
  lab: Lab,
  guests: Guests,
  name: string,
  host: string,
  network: string,
  mtu: number,
): Check => ({
  name: `row 15: ${name} on ${host} gets a lease on ${network}, MTU ${mtu}`,
  async run() {
    const guest = await addGuest(lab, { name, host, network });
    guests.set(name, guest);
    expectText(guest.lease, new RegExp(`mtu=${mtu}\\b`), `MTU ${mtu} in the lease`);
    return guest.lease;
  },
});

/** Sends three pings from a guest and wants them all back. */
export async function pingFromGuest(from: Guest, address: string): Promise<string> {
  const ping = insideGuest(from.name, ['ping', '-c', '3', '-i', '0.2', '-W', '1', address]);
  const { stdout } = await runIn(from.host, ping, { allowed: [0, 1] });
  return expectText(stdout, /3 received.*/, `${from.name} ${from.address} → ${address}`);
}

const pingCheck = (
  what: string,
  guests: Guests,
  from: string,
  to: () => Promise<string> | string,
  needs: string[],
): Check => ({
  name: `row 15: ${what}`,
  needs,
  run: async () => {
    const target = await to();
    return `${named(guests, from).address} → ${target}: ${await waitFor(`an answer of ${target}`, () => pingFromGuest(named(guests, from), target), 10)}`;
  },
});

/** Everything a guest of the self-service architecture can do. */
export function selfServiceGuestChecks(lab: Lab, type: Operator): Check[] {
  const guests: Guests = new Map();
  const vm1 = guestCheck(lab, guests, 'vm1', 'compute', 'private', 1450);
  const vm2 = guestCheck(lab, guests, 'vm2', 'controller', 'private', 1450);
  const vm3 = guestCheck(lab, guests, 'vm3', 'compute', 'private2', 1450);
  const router = 'row 12: router-create, router-interface-add, router-gateway-set, router-port-list';
  const second = 'row 15: a second network on the router';
  const floating = 'row 15: floating IP, closed by the default security group';
  const open = 'row 15: security group rule opens it';
  let floatingAddress = '';
  const pingFloating = async (): Promise<boolean> => {
    const { code } = await runIn(hostNamed(lab, 'outside'), ['ping', '-c', '1', '-W', '1', floatingAddress], {
      allowed: [0, 1],
    });
    return code === 0;
  };
  const becomes = (answers: boolean) =>
    waitFor(`${floatingAddress} to ${answers ? 'answer' : 'fall silent'}`, async () => {
      if ((await pingFloating()) !== answers) throw new Error(answers ? 'no answer' : 'it still answers');
    });
  return [
    { ...vm1, needs: [router] },
    { ...vm2, needs: [router] },
    pingCheck('VM to VM across hosts over VXLAN', guests, 'vm1', () => named(guests, 'vm2').address, [
      vm1.name,
      vm2.name,
    ]),
    {
      name: second,
      needs: [router],
      async run() {
        await type('controller', 'neutron net-create private2');
        await type(
          'controller',
          'neutron subnet-create private2 172.16.2.0/24 --name private2 --gateway 172.16.2.1',
        );
        return (await type('controller', 'neutron router-interface-add router private2')).trim();
      },
    },
    { ...vm3, needs: [second] },
    pingCheck(
      'VM to VM across subnets through the router',
      guests,
      'vm3',
      () => named(guests, 'vm2').address,
      [vm3.name, vm2.name],
    ),
    pingCheck('out to the Internet', guests, 'vm1', () => '203.0.113.1', [vm1.name]),
    {
      name: "row 15: SNAT, seen at 'outside' with the router's address",
      needs: [vm1.name],
      async run() {
        const expected = await gatewayAddress(lab);
        const seen = await waitFor(
          'an answer of 203.0.113.1',
          () => fetchFromGuest(named(guests, 'vm1'), 'http://203.0.113.1/'),
          10,
        );
        if (seen !== expected)
          throw new Error(`203.0.113.1 saw ${seen}, the router's address is ${expected}`);
        return `203.0.113.1 saw ${seen}`;
      },
    },
    {
      name: 'row 15: metadata at 169.254.169.254',
      needs: [vm1.name],
      async run() {
        const guest = named(guests, 'vm1');
        const url = 'http://169.254.169.254/latest/meta-data/instance-id';
        const seen = await waitFor('a metadata answer', () => fetchFromGuest(guest, url), 10);
        if (seen !== guest.instanceId) throw new Error(`instance-id ${seen}, expected ${guest.instanceId}`);
        return `instance-id ${seen}, signature accepted by Nova`;
      },
    },
    {
      name: floating,
      needs: [vm1.name],
      async run() {
        const output = await type(
          'controller',
          `neutron floatingip-create public --port-id ${named(guests, 'vm1').portId}`,
        );
        floatingAddress = expectText(output, /floating_ip_address +\| [\d.]+/, 'an address').replace(
          /.*\| /,
          '',
        );
        await waitFor('the floating IP to become ACTIVE', async () => {
          const status = await neutron(
            lab,
            'floatingip-list',
            '-f',
            'value',
            '-c',
            'status',
            '--floating_ip_address',
            floatingAddress,
          );
          if (status.trim() !== 'ACTIVE') throw new Error(`its status is ${status.trim()}`);
        });
        if (await pingFloating()) throw new Error(`${floatingAddress} answers although no rule lets it`);
        return `${floatingAddress} is silent to the outside`;
      },
    },
    {
      name: open,
      needs: [floating],
      async run() {
        const group = (
          await neutron(lab, 'port-show', named(guests, 'vm1').portId, '-f', 'value', '-c', 'security_groups')
        )
          .trim()
          .replace(/[^0-9a-f-]/g, '');
        await type(
          'controller',
          `neutron security-group-rule-create --protocol icmp --direction ingress ${group}`,
        );
        await becomes(true);
        return `ping ${floatingAddress} from the outside answers`;
      },
    },
    {
      name: 'row 15: deleting the rule closes it again',
      needs: [open],
      async run() {
        const rules = await neutron(
          lab,
          'security-group-rule-list',
          '--protocol',
          'icmp',
          '-f',
          'value',
          '-c',
          'id',
        );
        await type('controller', `neutron security-group-rule-delete ${rules.trim().split('\n').join(' ')}`);
        await becomes(false);
        return `ping ${floatingAddress} from the outside is silent`;
      },
    },
  ];
}

/** What a guest of the provider architecture can do: an address of the real LAN, and everything on it. */
export function providerGuestChecks(lab: Lab): Check[] {
  const guests: Guests = new Map();
  const subnet = 'row 10: subnet-create public';
  const vm1 = guestCheck(lab, guests, 'vm1', 'compute', 'public', 1450);
  const vm2 = guestCheck(lab, guests, 'vm2', 'controller', 'public', 1450);
  return [
    { ...vm1, needs: [subnet] },
    { ...vm2, needs: [subnet] },
    pingCheck(
      'VM to VM across hosts on the provider network',
      guests,
      'vm1',
      () => named(guests, 'vm2').address,
      [vm1.name, vm2.name],
    ),
    pingCheck('VM to the gateway of the LAN', guests, 'vm1', () => '192.168.81.254', [vm1.name]),
    pingCheck('VM to the Internet', guests, 'vm2', () => '203.0.113.1', [vm2.name]),
    {
      name: 'row 15: metadata at 169.254.169.254 (isolated network)',
      needs: [vm1.name],
      async run() {
        const guest = named(guests, 'vm1');
        const seen = await waitFor(
          'a metadata answer',
          () => fetchFromGuest(guest, 'http://169.254.169.254/latest/meta-data/instance-id'),
          10,
        );
        if (seen !== guest.instanceId) throw new Error(`instance-id ${seen}, expected ${guest.instanceId}`);
        return `instance-id ${seen}`;
      },
    },
  ];
}
