import type { DeviceDetails } from '../../../rpc/l2plugin.ts';
import type { VersionedObject } from '../../../rpc/resources.ts';

/** A limit of a port in kilobits: a second, and at once. */
export interface Limit {
  readonly kbps: number;
  readonly burst: number;
}

/** What a policy wants of one port, as seen from its machine: egress is what that sends. */
export interface Wish {
  readonly egress?: Limit;
  readonly ingress?: Limit;
  readonly dscp?: number;
}

type Owner = Pick<DeviceDetails, 'device_owner' | 'qos_policy_id' | 'qos_network_policy_id'>;

/** The policy that holds for a port: its own, else its network's. */
export const policyOf = ({ qos_policy_id, qos_network_policy_id }: Owner): string | undefined =>
  qos_policy_id ?? qos_network_policy_id ?? undefined;

/** Ports of Neutron's own services, but for the gateways of routers, do without the policy of their network. */
const isExempt = ({ device_owner, qos_policy_id }: Owner): boolean =>
  qos_policy_id === null &&
  /^(network|neutron):/.test(device_owner) &&
  !/^network:(router_gateway|floatingip_agent_gateway)/.test(device_owner);

/** Of what was sent at once where the policy does not say. */
const USUAL_BURST = 0.8;

/** What a policy, as the server pushes and answers it, wants of a port. Rules of other kinds no Linux bridge applies. */
export function wishOf(port: Owner, policy: VersionedObject | undefined): Wish {
  if (policy === undefined || isExempt(port)) return {};
  const rules = (policy['versioned_object.data'].rules ?? []) as VersionedObject[];
  let wish: Wish = {};
  for (const { 'versioned_object.name': name, 'versioned_object.data': rule } of rules) {
    if (name === 'QosDscpMarkingRule') wish = { ...wish, dscp: rule.dscp_mark as number };
    if (name !== 'QosBandwidthLimitRule') continue;
    const [kbps, burst] = [Number(rule.max_kbps), Number(rule.max_burst_kbps ?? 0)];
    wish =
      rule.direction === 'ingress'
        ? { ...wish, ingress: { kbps, burst } }
        : { ...wish, egress: { kbps, burst: burst || kbps * USUAL_BURST } };
  }
  return wish;
}
