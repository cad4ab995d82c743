import type { Kysely } from 'kysely';
import { subnetWithoutDhcp } from '../../health/catalogue/networks.ts';
import { portDisabled, portDown, portWithoutAddress, portWithoutHost } from '../../health/catalogue/ports.ts';
import { failing, notChecked, pass } from '../../health/checks.ts';
import { FLOATING_IP } from '../../net/deviceOwners.ts';
import { tapName } from '../../net/names.ts';
import type { Database } from '../db/schema/index.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import { AGENT_TYPE } from '../ml2/mechanisms/linuxbridge.ts';
import { deadAgent } from '../services/agents/reporting.ts';
import { accounts } from './accounts.ts';
import { presentReasons, refusalsOf } from './binding.ts';
import { isMachine, makerOf } from './devices.ts';
import { filterOf, judgeFilter } from './groups.ts';
import { type Judge, portSubject, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { Model } from './model/index.ts';
import type { PortFacts } from './model/ports.ts';
import { dhcpOf } from './network.ts';

const binding = (mechanisms: Mechanisms): Judge<PortFacts> => ({
  name: 'binding',
  judge(port, model) {
    // The address of a floating IP is a port that is plugged in nowhere.
    if (port.deviceOwner === FLOATING_IP) return pass('it only reserves an address');
    const refusals = refusalsOf(port, model, mechanisms);
    if (refusals.length === 0 && port.host === '') {
      return failing([portWithoutHost.found({ port: port.id }, { subject: portSubject(port) })]);
    }
    return failing(
      refusals.map(({ finding }) => finding),
      `bound to ${port.host} as ${port.vifType}`,
    );
  },
});

/** The agents that a port depends on: on its host the one that wires it, and the one that makes its device. */
const wiringAgents = (port: PortFacts, { agents }: Pick<Model, 'agents'>) => {
  const types = [AGENT_TYPE, makerOf(port).agentType];
  return agents.filter(({ host, agentType }) => host === port.host && types.includes(agentType));
};

/** Whether an agent's item has to do with a port: its tap, its network, its router. */
const concernsPort = (port: PortFacts) => (item: string) =>
  [tapName(port.id), port.id, port.networkId, port.deviceId].some(
    (part) => part !== '' && item.includes(part),
  );

const agentsOfHost: Judge<PortFacts> = {
  name: 'agents of its host',
  judge(port, { agents }) {
    if (port.host === '') return pass('it is on no host');
    const own = wiringAgents(port, { agents });
    if (own.length === 0) return notChecked(`none of host ${port.host} has reported`);
    return failing(
      own.filter(({ alive }) => !alive).map(deadAgent),
      ...own.map(({ agentType, host }) => `the ${agentType} on ${host} is alive`),
    );
  },
};

const status: Judge<PortFacts> = {
  name: 'status',
  judge(port) {
    const { id, host, vifType, enabled } = port;
    const subject = portSubject(port);
    if (!enabled) return failing([portDisabled.found({ port: id }, { subject })]);
    if (port.status === 'ACTIVE') return pass('reported as wired: ACTIVE');
    if (host === '' || ['binding_failed', 'unbound', 'distributed'].includes(vifType)) {
      return pass(`${port.status}, as it is not bound`);
    }
    const args = { port: id, host, maker: makerOf(port).maker, device: tapName(id) };
    return failing([portDown.found(args, { host, subject, evidence: [`its status is ${port.status}`] })]);
  },
  // The port of a machine that was shut down is DOWN, as it should be.
  standing: (port) => port.enabled && !isMachine(port),
};

const addresses: Judge<PortFacts> = {
  name: 'addresses',
  judge(port, model) {
    const subnets = model.networks.get(port.networkId)?.subnets ?? [];
    const lacking = isMachine(port) && port.addresses.length === 0 && subnets.length > 0;
    const args = { port: port.id, network: port.networkId };
    return failing(
      lacking ? [portWithoutAddress.found(args, { subject: portSubject(port) })] : [],
      ...port.addresses.map(({ address }) => address),
    );
  },
  standing: whenAsked,
};

const dhcp: Judge<PortFacts> = {
  name: 'DHCP',
  judge(port, model) {
    if (!isMachine(port)) return pass('it is no machine that asks DHCP');
    const network = model.networks.get(port.networkId);
    const own =
      network?.subnets.filter(({ id }) => port.addresses.some(({ subnetId }) => subnetId === id)) ?? [];
    if (network && own.some((subnet) => subnet.dhcp)) return dhcpOf.judge(network, model);
    return failing(
      own.map(({ id }) => subnetWithoutDhcp.found({ subnet: id }, { subject: { resource: 'subnet', id } })),
      'it has no address that DHCP could give',
    );
  },
  standing: whenAsked,
};

/** What is looked at of every port. */
export const portJudges = (mechanisms: Mechanisms): readonly Judge<PortFacts>[] => [
  binding(mechanisms),
  agentsOfHost,
  accounts({ agents: wiringAgents, items: concernsPort }, whenAsked),
  status,
  addresses,
  dhcp,
];

/** Ports. */
export const portKind = (mechanisms: Mechanisms, db: Kysely<Database>): Kind<PortFacts> => ({
  resource: 'port',
  wanted: (id) => ({ ports: [id] }),
  all: ({ ports }) => ports.values(),
  find: (model, id) => model.ports.get(id),
  judges: portJudges(mechanisms),
  asks: wiringAgents,
  closer: [
    {
      name: 'security groups',
      run: async ({ facts: port }) =>
        isMachine(port)
          ? judgeFilter(port.id, await filterOf(db, port.id))
          : pass('ports of the network are not filtered'),
    },
  ],
  more: ({ facts, model }) => ({
    port_id: facts.id,
    host_id: facts.host,
    vif_type: facts.vifType,
    reasons: presentReasons(refusalsOf(facts, model, mechanisms)),
  }),
});
