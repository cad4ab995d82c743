import { neutron } from '../guests.ts';
import type { Lab } from '../lab.ts';
import { waitFor } from '../waitFor.ts';
import type { Check } from './check.ts';
import { expectText, type Operator } from './operator.ts';

/** Of the aliases of the guide's `neutron ext-list`, those that the service plugin `router` brings. */
const ROUTER_ALIASES = ['l3_agent_scheduler', 'router', 'ext-gw-mode', 'extraroute', 'l3-ha', 'dvr'];

/** The others. The guide also lists dns-integration, which since then needs an ML2 extension driver, as in Neutron. */
const REQUIRED_ALIASES = [
  'agent',
  'allowed-address-pairs',
  'binding',
  'dhcp_agent_scheduler',
  'external-net',
  'extra_dhcp_opt',
  'flavors',
  'multi-provider',
  'net-mtu',
  'port-security',
  'provider',
  'quotas',
  'rbac-policies',
  'security-group',
  'subnet_allocation',
];

const aliveAgents = (output: string) => output.split('\n').filter((line) => line.includes(':-)')).length;

/** The guide's rows 7 and 8: what the server offers, and that every agent reports. */
export const serverChecks = (
  lab: Lab,
  type: Operator,
  { agents, routers }: { readonly agents: number; readonly routers: boolean },
): Check[] => [
  {
    name: 'row 7: neutron ext-list',
    async run() {
      const output = await type('controller', 'neutron ext-list');
      const aliases = routers ? [...REQUIRED_ALIASES, ...ROUTER_ALIASES] : REQUIRED_ALIASES;
      const missing = aliases.filter((alias) => !output.includes(`| ${alias} `));
      if (missing.length > 0) throw new Error(`not listed: ${missing.join(', ')}`);
      return `${output.split('\n').length - 5} extensions`;
    },
  },
  {
    name: `row 8: neutron agent-list, ${agents} agents :-)`,
    async run() {
      await waitFor(`${agents} agents`, async () => {
        const alive = aliveAgents(await neutron(lab, 'agent-list'));
        if (alive < agents) throw new Error(`${alive} alive`);
      });
      return `${aliveAgents(await type('controller', 'neutron agent-list'))} alive`;
    },
  },
];

const created = (output: string, name: string) =>
  expectText(output, new RegExp(`\\| name +\\| ${name} `), `a table with the name ${name}`)
    .replaceAll(/ +/g, ' ')
    .replaceAll('| ', '')
    .trim();

/** The guide's rows 9 and 10: the provider network and its subnet. */
export const publicChecks = (type: Operator, suffix = ''): Check[] => [
  {
    name: 'row 9: net-create public',
    run: async () =>
      created(
        await type(
          'controller',
          'neutron net-create public --shared --router:external --provider:physical_network public --provider:network_type flat',
        ),
        'public',
      ),
  },
  {
    name: 'row 10: subnet-create public',
    needs: ['row 9: net-create public'],
    run: async () =>
      created(
        await type(
          'controller',
          `neutron subnet-create public 192.168.81.0/24 --name public --allocation-pool start=192.168.81.100,end=192.168.81.200 --dns-nameserver 192.168.85.253 --gateway 192.168.81.254${suffix}`,
        ),
        'public',
      ),
  },
];

/** The guide's rows 11 to 14: the private network, the router, the namespaces, the two pings. */
export const selfServiceChecks = (lab: Lab, type: Operator): Check[] => [
  {
    name: 'row 11: net-create private, subnet-create private',
    async run() {
      const network = await type('controller', 'neutron net-create private');
      created(network, 'private');
      expectText(network, /provider:network_type +\| vxlan/, 'network_type vxlan');
      created(
        await type(
          'controller',
          'neutron subnet-create private 172.16.1.0/24 --name private --dns-nameserver 192.168.85.253 --gateway 172.16.1.1',
        ),
        'private',
      );
      return expectText(network, /provider:segmentation_id +\| \d+/, 'a VNI').replace(/ +\| /, ' ');
    },
  },
  {
    name: 'row 12: router-create, router-interface-add, router-gateway-set, router-port-list',
    needs: ['row 10: subnet-create public', 'row 11: net-create private, subnet-create private'],
    async run() {
      created(await type('controller', 'neutron router-create router'), 'router');
      expectText(
        await type('controller', 'neutron router-interface-add router private'),
        /Added interface \S+ to router router/,
        'the interface',
      );
      expectText(
        await type('controller', 'neutron router-gateway-set router public'),
        /Set gateway for router router/,
        'the gateway',
      );
      const ports = await type('controller', 'neutron router-port-list router');
      return `gateway ${expectText(ports, /192\.168\.81\.\d+/, 'a gateway address')}, interface ${expectText(ports, /172\.16\.1\.1\b/, 'the interface address')}`;
    },
  },
  {
    name: 'row 13: ip netns',
    needs: ['row 12: router-create, router-interface-add, router-gateway-set, router-port-list'],
    async run() {
      const complete = await waitFor('qrouter- and two qdhcp- namespaces', async () => {
        const output = await type('controller', 'ip netns');
        expectText(output, /qrouter-/, 'qrouter-');
        if (output.match(/qdhcp-/g)?.length !== 2)
          throw new Error(`${output.match(/qdhcp-/g)?.length ?? 0} qdhcp- namespaces`);
        return output;
      });
      return complete
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 16))
        .join(' ');
    },
  },
  {
    name: 'row 14: ping the gateway from the LAN',
    needs: ['row 13: ip netns'],
    async run() {
      const address = await gatewayAddress(lab);
      return waitFor(`${address} to answer`, async () =>
        expectText(await type('outside', `ping -c 1 -W 1 ${address}`), /1 received/, 'an answer'),
      );
    },
  },
  {
    name: 'row 14: ping the interface in the router namespace',
    needs: ['row 13: ip netns'],
    run: () =>
      waitFor('172.16.1.1 to answer', async () =>
        expectText(
          await type(
            'controller',
            'ip netns exec $(ip netns | grep -o "qrouter-[^ ]*") ping -c 1 -W 1 172.16.1.1',
          ),
          /1 received/,
          'an answer',
        ),
      ),
  },
];

/** The router's address on the public network. */
export async function gatewayAddress(lab: Lab): Promise<string> {
  return expectText(
    await neutron(lab, 'router-port-list', 'router', '-f', 'value', '-c', 'fixed_ips'),
    /192\.168\.81\.\d+/,
    'a gateway address',
  );
}
