import type { Kysely } from 'kysely';
import { subnetWithoutDhcp } from '../../health/catalogue/networks.ts';
import { portDisabled, portDown, portWithoutAddress, portWithoutHost } from '../../health/catalogue/ports.ts';
import { type Check, failing, notChecked, pass } from '../../health/checks.ts';
import {
  dhcpDeviceName,
  gatewayDeviceName,
  haDeviceName,
  routerDeviceName,
  tapName,
} from '../../net/names.ts';
import type { Database } from '../db/schema/index.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import { AGENT_TYPE } from '../ml2/mechanisms/linuxbridge.ts';
import { DHCP_AGENT, L3_AGENT } from '../services/agents/agent.ts';
import { deadAgent } from '../services/agents/reporting.ts';
import { presentReasons, refusalsOf } from './binding.ts';
import { filterOf, judgeFilter } from './groups.ts';
import { type Judge, portSubject } from './judge.ts';
import type { Kind, Subjected } from './kind.ts';
import type { PortFacts } from './model/ports.ts';
import { dhcpOf } from './network.ts';

/** The agent that makes the device of a port, beside the Linux bridge agent that wires it; undefined for a machine's. */
const makerOf = ({ deviceOwner }: PortFacts) => {
  if (deviceOwner === 'network:dhcp') return { maker: 'dhcp', agentType: DHCP_AGENT } as const;
  if (/^network:(router|ha_router|floatingip_agent)/.test(deviceOwner)) {
    return { maker: 'router', agentType: L3_AGENT } as const;
  }
  return { maker: 'machine', agentType: undefined } as const;
};

/** The name of a port's device where an operator finds it. */
function deviceOf({ id, deviceOwner }: PortFacts): string {
  if (deviceOwner === 'network:dhcp') return dhcpDeviceName(id);
  if (deviceOwner === 'network:router_gateway') return gatewayDeviceName(id);
  if (deviceOwner === 'network:router_ha_interface') return haDeviceName(id);
  return /^network:(router|ha_router)/.test(deviceOwner) ? routerDeviceName(id) : tapName(id);
}

/** Ports that stand for an address and are plugged in nowhere. */
const isOnlyAnAddress = ({ deviceOwner }: PortFacts): boolean => deviceOwner === 'network:floatingip';

/** What is looked at of every port; of ports with nothing wrong too. */
export const portJudges = (mechanisms: Mechanisms): readonly Judge<PortFacts>[] => [
  {
    name: 'binding',
    judge(port, model) {
      if (isOnlyAnAddress(port)) return pass('it stands for a floating IP, and is plugged in nowhere');
      const subject = portSubject(port);
      const refusals = refusalsOf(port, model, mechanisms);
      if (refusals.length === 0 && port.host === '') {
        return failing([portWithoutHost.found({ port: port.id }, { subject })]);
      }
      return failing(
        refusals.map(({ finding }) => finding),
        `bound to ${port.host} as ${port.vifType}`,
      );
    },
  },
  {
    name: 'agents of its host',
    judge(port, { agents }) {
      if (port.host === '') return pass('it is on no host');
      const { agentType } = makerOf(port);
      const own = agents.filter(
        (agent) => agent.host === port.host && [AGENT_TYPE, agentType].includes(agent.agentType),
      );
      if (own.length === 0)
        return notChecked(`no agent of host ${port.host} that this server knows has reported`);
      return failing(
        own.filter(({ alive }) => !alive).map(deadAgent),
        ...own.map((agent) => `${agent.agentType} on ${agent.host} is alive`),
      );
    },
  },
  {
    name: 'status',
    judge(port) {
      const { id, host, status, vifType, enabled } = port;
      if (!enabled) return failing([portDisabled.found({ port: id }, { subject: portSubject(port) })]);
      if (status === 'ACTIVE') return pass('its agent has reported it wired: ACTIVE');
      if (host === '' || ['binding_failed', 'unbound', 'distributed'].includes(vifType)) {
        return pass(`it is ${status}, as it is not bound`);
      }
      const { maker } = makerOf(port);
      const device = deviceOf(port);
      return failing([
        portDown.found({ port: id, host, maker, device }, { host, subject: portSubject(port) }),
      ]);
    },
  },
];

const isMachine = ({ deviceOwner }: PortFacts): boolean => !deviceOwner.startsWith('network:');

/** What a machine needs besides being wired: an address, DHCP that gives it, and a filter that lets something through. */
const ofMachines = (db: Kysely<Database>): readonly Check<Subjected<PortFacts>>[] => [
  {
    name: 'addresses',
    async run({ facts: port, model }) {
      const subnets = model.networks.get(port.networkId)?.subnets ?? [];
      const lacking = isMachine(port) && port.addresses.length === 0 && subnets.length > 0;
      const args = { port: port.id, network: port.networkId };
      return failing(
        lacking ? [portWithoutAddress.found(args, { subject: portSubject(port) })] : [],
        ...port.addresses.map(({ address }) => address),
      );
    },
  },
  {
    name: 'DHCP',
    async run({ facts: port, model }) {
      if (!isMachine(port)) return pass('it is no machine that asks DHCP');
      const network = model.networks.get(port.networkId);
      const own =
        network?.subnets.filter(({ id }) => port.addresses.some(({ subnetId }) => subnetId === id)) ?? [];
      if (network && own.some(({ dhcp }) => dhcp)) return dhcpOf.judge(network, model);
      return failing(
        own.map(({ id }) => subnetWithoutDhcp.found({ subnet: id }, { subject: { resource: 'subnet', id } })),
        'it has no address that DHCP could give',
      );
    },
  },
  {
    name: 'security groups',
    run: async ({ facts: port }) =>
      isMachine(port)
        ? judgeFilter(port.id, await filterOf(db, port.id))
        : pass('ports of the network are not filtered'),
  },
];

/** Ports. */
export const portKind = (mechanisms: Mechanisms, db: Kysely<Database>): Kind<PortFacts> => ({
  resource: 'port',
  wanted: (id) => ({ ports: [id] }),
  find: (model, id) => model.ports.get(id),
  judges: portJudges(mechanisms),
  closer: ofMachines(db),
  more: ({ facts, model }) => ({
    port_id: facts.id,
    host_id: facts.host,
    vif_type: facts.vifType,
    reasons: presentReasons(refusalsOf(facts, model, mechanisms)),
  }),
});
