import { type AgentRow, configurationsOf, isAlive } from '../../services/agents/agent.ts';
import type { BindingDriver, BindingQuestion, Bound, Refusal, StoredSegment } from './driver.ts';

const AGENT = 'Linux bridge agent';
const NAME = 'linuxbridge';
const UNTUNNELLED: readonly string[] = ['local', 'flat', 'vlan'];

type Reason = Pick<Refusal, 'reason' | 'fix'>;

/** Seconds as a person would say them. */
const ago = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
};

const heartbeatAge = (agent: AgentRow): number =>
  (Date.now() - Date.parse(`${agent.heartbeat_timestamp.replace(' ', 'T')}Z`)) / 1000;

/** What speaks against the agent itself, whatever the segment. */
function refusedByAgent(
  { host, vnicType, agentDownTime }: BindingQuestion,
  agent: AgentRow | undefined,
): Reason | undefined {
  if (vnicType !== 'normal')
    return {
      reason: `it serves vnic_type normal only, not ${vnicType}`,
      fix: 'create the port without binding:vnic_type',
    };
  if (!agent)
    return {
      reason: `no Linux bridge agent on ${host} has ever reported`,
      fix: `start it on ${host}: systemctl start neutron-linuxbridge-agent; the host's name there must be ${host} (hostname, or host = in neutron.conf)`,
    };
  if (!isAlive(agent, agentDownTime))
    return {
      reason: `no live Linux bridge agent on ${host}: last heard ${ago(heartbeatAge(agent))}`,
      fix: `on ${host}: systemctl status neutron-linuxbridge-agent, and start it`,
    };
  return undefined;
}

function mappedNetworks(agent: AgentRow): string[] {
  const { interface_mappings = {}, bridge_mappings = {} } = configurationsOf(agent) as Record<string, object>;
  return [...new Set([...Object.keys(interface_mappings), ...Object.keys(bridge_mappings)])];
}

/** What speaks against one segment on this agent's host. */
function refusedSegment(host: string, agent: AgentRow, segment: StoredSegment): Reason | undefined {
  const type = segment.network_type;
  const tunnels = (configurationsOf(agent).tunnel_types ?? []) as string[];
  if (!UNTUNNELLED.includes(type)) {
    if (tunnels.includes(type)) return undefined;
    return type === 'vxlan'
      ? {
          reason: `vxlan is not usable on ${host}: its agent has no [vxlan] local_ip, or enable_vxlan is off, or its kernel lacks VXLAN (3.13 or later is needed)`,
          fix: `on ${host}: set [vxlan] enable_vxlan = True and local_ip = an address of ${host} in linuxbridge_agent.ini, restart neutron-linuxbridge-agent`,
        }
      : {
          reason: `the Linux bridge agent cannot do ${type}`,
          fix: 'use a network of type flat, vlan, vxlan or local',
        };
  }
  if (type === 'local') return undefined;
  const mapped = mappedNetworks(agent);
  const wanted = segment.physical_network ?? '';
  if (mapped.includes(wanted)) return undefined;
  return {
    reason: `physical network ${wanted} is not mapped on ${host}; mapped: ${mapped.join(', ') || 'none'}`,
    fix: `on ${host}: add ${wanted}:INTERFACE to [linux_bridge] physical_interface_mappings in linuxbridge_agent.ini, restart neutron-linuxbridge-agent`,
  };
}

/** Binds ports of hosts with a live Linux bridge agent that can reach the segment. */
export const linuxbridge: BindingDriver = {
  name: NAME,
  bind(question): Bound | readonly Refusal[] {
    const agent = question.agents.find(({ agent_type }) => agent_type === AGENT);
    const refused = refusedByAgent(question, agent);
    if (refused || !agent) return refused ? [{ driver: NAME, segment: null, ...refused }] : [];
    const refusals: Refusal[] = [];
    for (const segment of question.segments) {
      const reason = refusedSegment(question.host, agent, segment);
      if (!reason)
        return {
          driver: NAME,
          segment,
          vifType: 'bridge',
          vifDetails: { connectivity: 'l2', port_filter: true },
        };
      refusals.push({ driver: NAME, segment, ...reason });
    }
    return refusals;
  },
};
