import { nearest } from '../../../config/nearest.ts';
import {
  noAgent,
  physicalNetworkUnmapped,
  tunnelTypeDisabled,
  vnicTypeUnsupported,
} from '../../../health/catalogue/binding.ts';
import type { Finding } from '../../../health/finding.ts';
import { deadAgent, type ReportingAgent } from '../../services/agents/reporting.ts';
import type { StoredSegment } from '../../services/networks/rows.ts';
import type { Item } from '../../services/service.ts';
import type { BindingRequest, MechanismDriver, Refusal } from './driver.ts';

const DRIVER = 'linuxbridge';
export const AGENT_TYPE = 'Linux bridge agent';
const VNIC_TYPES = ['normal'];

/** Kinds of tunnels that the agent reports to take part in. */
export const tunnelTypes = ({ tunnel_types }: Item): string[] =>
  Array.isArray(tunnel_types) ? tunnel_types.map(String) : [];

/** Physical networks that the agent reports a NIC or a bridge for. */
export const mappings = ({ interface_mappings, bridge_mappings }: Item): string[] =>
  Object.keys({ ...(interface_mappings as Item | undefined), ...(bridge_mappings as Item | undefined) });

/** Why an agent cannot serve a segment; undefined when it can. */
function refuse(segment: StoredSegment, { host, configurations }: ReportingAgent): Finding | undefined {
  const { network_type: type, physical_network: physical } = segment;
  const tunnels = tunnelTypes(configurations);
  if (!['local', 'flat', 'vlan', ...tunnels].includes(type)) {
    const evidence = [
      `the agent on ${host} reports tunnel_types ${JSON.stringify(tunnels)}, tunneling_ip ${JSON.stringify(configurations.tunneling_ip ?? null)}`,
    ];
    return tunnelTypeDisabled.found({ type, host }, { host, evidence });
  }
  const mapped = mappings(configurations);
  if ((type !== 'flat' && type !== 'vlan') || mapped.includes(physical ?? '')) return undefined;
  const physicalNetwork = physical ?? '';
  const meant = nearest(physicalNetwork, mapped);
  const evidence = [
    `the agent on ${host} reports interface_mappings ${JSON.stringify(configurations.interface_mappings ?? {})}`,
    `the network's segment ${segment.id} is ${type} on ${physicalNetwork}`,
  ];
  return physicalNetworkUnmapped.found(
    { physicalNetwork, host, mapped, ...(meant === undefined ? {} : { meant }) },
    { host, evidence },
  );
}

/** The host that was probably meant: one that differs in its domain only, or the nearest. */
const hostLike = (host: string, known: readonly string[]): string | undefined =>
  known.find((one) => one.split('.')[0] === host.split('.')[0]) ?? nearest(host, known);

function refuseHost({ host, vnicType, agents, knownHosts: known }: BindingRequest): Finding | undefined {
  if (!VNIC_TYPES.includes(vnicType)) {
    return vnicTypeUnsupported.found({ vnicType, supported: VNIC_TYPES });
  }
  const own = agents.filter(({ agentType }) => agentType === AGENT_TYPE);
  if (own.length === 0) {
    const meant = hostLike(host, known);
    const args = { host, agentType: AGENT_TYPE, known, ...(meant === undefined ? {} : { meant }) };
    return noAgent.found(args, { host });
  }
  const [dead] = own.every(({ alive }) => !alive) ? own : [];
  return dead && deadAgent(dead);
}

/** Binds ports to the Linux bridges that the host's agent keeps. */
export const linuxbridge: MechanismDriver = {
  name: DRIVER,
  agentType: AGENT_TYPE,
  vnicTypes: VNIC_TYPES,
  bind(request) {
    const whole = refuseHost(request);
    if (whole !== undefined) return { refusals: [{ driver: DRIVER, finding: whole }] };
    const refusals: Refusal[] = [];
    for (const agent of request.agents) {
      if (agent.agentType !== AGENT_TYPE || !agent.alive) continue;
      for (const segment of request.segments) {
        const finding = refuse(segment, agent);
        if (finding === undefined) {
          const vifDetails = { connectivity: 'l2', port_filter: true };
          return { bound: { driver: DRIVER, segment, vifType: 'bridge', vifDetails } };
        }
        refusals.push({ driver: DRIVER, segment, finding });
      }
    }
    return { refusals };
  },
};
