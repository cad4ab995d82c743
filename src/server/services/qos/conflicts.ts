import { fault } from '../../errors/index.ts';
import type { Item } from '../service.ts';
import type { QosPolicy, QosRule } from './rows.ts';

const directed = (direction: unknown) => direction === 'ingress' || direction === 'egress';

/**
 * Throws when what a request says of a rule contradicts the policy's other rules: less than is guaranteed
 * (QoSRuleParameterConflict). As in Neutron, directions are not looked at.
 */
export function checkBandwidth(policy: QosPolicy, given: Item): void {
  const conflict = (rule: QosRule, rule_value: unknown, existing_value: unknown) =>
    fault('QoSRuleParameterConflict', {
      rule_value,
      policy_id: policy.id,
      existing_rule: rule.type,
      existing_value,
    });
  for (const rule of policy.rules) {
    if (
      rule.type === 'minimum_bandwidth' &&
      'max_kbps' in given &&
      Number(rule.min_kbps) > Number(given.max_kbps)
    ) {
      throw conflict(rule, given.max_kbps, rule.min_kbps);
    }
    if (
      rule.type === 'bandwidth_limit' &&
      'min_kbps' in given &&
      Number(rule.max_kbps) < Number(given.min_kbps)
    ) {
      throw conflict(rule, given.min_kbps, rule.max_kbps);
    }
  }
}

/**
 * Throws when a rule, as it shall be, cannot stand beside the others of its kind: QoSRuleParameterConflict for packet
 * rates with and without a direction, QoSRulesConflict for a second rule of a kind and direction.
 */
export function checkOthers(policy: QosPolicy, rule: QosRule): void {
  const others = policy.rules.filter(({ id, type }) => id !== rule.id && type === rule.type);
  for (const other of others) {
    const mixed =
      (rule.direction === 'any' && directed(other.direction)) ||
      (directed(rule.direction) && other.direction === 'any');
    if (rule.type === 'minimum_packet_rate' && mixed) {
      throw fault('QoSRuleParameterConflict', {
        rule_value: rule.direction,
        policy_id: policy.id,
        existing_rule: other.type,
        existing_value: other.direction,
      });
    }
  }
  const same = others.find(({ direction }) => direction === rule.direction);
  if (same === undefined) return;
  throw fault('QoSRulesConflict', { new_rule_type: rule.type, rule_id: same.id, policy_id: policy.id });
}
