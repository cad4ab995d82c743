import type { StoredSegment } from '../../services/networks/rows.ts';
import type { Item } from '../../services/service.ts';
import type { BindingRequest, HostAgent, MechanismDriver, Refusal } from './driver.ts';

const DRIVER = 'linuxbridge';
export const AGENT_TYPE = 'Linux bridge agent';
const VNIC_TYPES = ['normal'];
const FILE = 'linuxbridge_agent.ini';

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Physical networks that the agent reports a NIC or a bridge for. */
const mappings = ({ interface_mappings, bridge_mappings }: Item): string[] =>
  Object.keys({ ...(interface_mappings as Item | undefined), ...(bridge_mappings as Item | undefined) });

/** Seconds since a stored time as a person would say them. */
function ago(stored: string): string {
  const seconds = Math.round((Date.now() - Date.parse(`${stored.replace(' ', 'T')}Z`)) / 1000);
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

type Reason = Pick<Refusal, 'code' | 'reason' | 'fix'>;

/** Why an agent cannot serve a segment; undefined when it can. */
function refuse(segment: StoredSegment, { host, configurations }: HostAgent): Reason | undefined {
  const { network_type: type, physical_network: physical } = segment;
  const tunnels = listOf(configurations.tunnel_types);
  if (!['local', 'flat', 'vlan', ...tunnels].includes(type)) {
    return {
      code: 'tunnel_type_disabled',
      reason: `the agent on ${host} does not serve ${type} networks: it reports tunnel_types ${JSON.stringify(tunnels)}`,
      fix: `on ${host}, set enable_vxlan = True and local_ip to an address of that host in section [vxlan] of ${FILE}, make sure its kernel has ${type} (3.13 or newer), and restart neutron-linuxbridge-agent`,
    };
  }
  if ((type === 'flat' || type === 'vlan') && !mappings(configurations).includes(physical ?? '')) {
    const known = mappings(configurations);
    return {
      code: 'physical_network_unmapped',
      reason: `the agent on ${host} has no interface for physical network ${physical}: it maps ${known.length === 0 ? 'none' : known.join(', ')}`,
      fix: `on ${host}, add ${physical}:INTERFACE to physical_interface_mappings in section [linux_bridge] of ${FILE} and restart neutron-linuxbridge-agent`,
    };
  }
  return undefined;
}

function refuseHost({ host, vnicType, agents }: BindingRequest): Reason | undefined {
  if (!VNIC_TYPES.includes(vnicType)) {
    return {
      code: 'vnic_type_unsupported',
      reason: `vnic_type ${vnicType} is not one it can bind (${VNIC_TYPES.join(', ')})`,
      fix: 'set binding:vnic_type to normal, or load a mechanism driver for that type',
    };
  }
  const own = agents.filter(({ agentType }) => agentType === AGENT_TYPE);
  if (own.length === 0) {
    return {
      code: 'no_agent',
      reason: `no ${AGENT_TYPE} of host ${host} has ever reported`,
      fix: `start neutron-linuxbridge-agent on ${host} and check with 'neutron agent-list'; the name must equal that agent's host, which the option host in neutron.conf sets`,
    };
  }
  const [dead] = own.every(({ alive }) => !alive) ? own : [];
  if (dead !== undefined) {
    return {
      code: 'agent_dead',
      reason: `no live ${AGENT_TYPE} on ${host}: last heard ${ago(dead.heartbeat)}`,
      fix: `on ${host}, look at neutron-linuxbridge-agent and its log; start it again, and check that it reaches the message queue`,
    };
  }
  return undefined;
}

/** Binds ports to the Linux bridges that the host's agent keeps. */
export const linuxbridge: MechanismDriver = {
  name: DRIVER,
  agentType: AGENT_TYPE,
  vnicTypes: VNIC_TYPES,
  bind(request) {
    const whole = refuseHost(request);
    if (whole !== undefined) return { refusals: [{ driver: DRIVER, ...whole }] };
    const refusals: Refusal[] = [];
    for (const agent of request.agents) {
      if (agent.agentType !== AGENT_TYPE || !agent.alive) continue;
      for (const segment of request.segments) {
        const reason = refuse(segment, agent);
        if (reason === undefined) {
          const vifDetails = { connectivity: 'l2', port_filter: true };
          return { bound: { driver: DRIVER, segment, vifType: 'bridge', vifDetails } };
        }
        refusals.push({ driver: DRIVER, segment, ...reason });
      }
    }
    return { refusals };
  },
};
