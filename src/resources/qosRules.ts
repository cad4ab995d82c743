import { type Attribute, type Attributes, defineResource, type ResourceDefinition } from './definition.ts';
import { id } from './standardAttributes.ts';

const [PPS, MINIMUM_PPS] = ['qos-pps', 'qos-pps-minimum'] as const;

/** A whole number of the database's. */
const amount = {
  post: true,
  put: true,
  convert: 'int',
  validate: { range: [0, 2147483647] },
  filter: true,
  sort: true,
} as const satisfies Attribute;

const burst = { ...amount, default: 0 } as const satisfies Attribute;

const direction = {
  post: true,
  put: true,
  default: 'egress',
  validate: { values: ['ingress', 'egress'] },
} as const satisfies Attribute;

const filteredDirection = { ...direction, filter: true, sort: true } as const satisfies Attribute;

const tenant_id = { post: true, requiredByPolicy: true } as const satisfies Attribute;

const DSCP_MARKS = [
  0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 46, 48, 56,
] as const;

/** What each kind of rule says, in the order of answers. */
export const qosParameters = {
  bandwidth_limit: ['max_kbps', 'max_burst_kbps', 'direction'],
  dscp_marking: ['dscp_mark'],
  minimum_bandwidth: ['min_kbps', 'direction'],
  minimum_packet_rate: ['min_kpps', 'direction'],
  packet_rate_limit: ['max_kpps', 'max_burst_kpps', 'direction'],
} as const;

export type QosRuleType = keyof typeof qosParameters;

/** The rules of one kind, below their policy. */
const rule = <const Type extends QosRuleType, const Own extends Attributes>(
  type: Type,
  alias: string,
  own: Own,
) =>
  defineResource({
    name: `${type}_rule`,
    collection: `${type}_rules`,
    // Neutron builds the paths of this one alone with hyphens.
    path: type === 'minimum_packet_rate' ? 'minimum-packet-rate-rules' : `${type}_rules`,
    below: 'policy',
    alias,
    bulk: true,
    attributes: { id, tenant_id, ...own },
    order: [...qosParameters[type], 'id', 'tenant_id', 'project_id'],
  });

export const qosRules = {
  qos_bandwidth_limit_rule: rule('bandwidth_limit', 'qos', {
    max_kbps: amount,
    max_burst_kbps: burst,
    direction: { ...direction, alias: 'qos-bw-limit-direction' },
  }),
  qos_dscp_marking_rule: rule('dscp_marking', 'qos', {
    dscp_mark: { ...amount, validate: { values: DSCP_MARKS } },
  }),
  qos_minimum_bandwidth_rule: rule('minimum_bandwidth', 'qos', {
    min_kbps: amount,
    direction: filteredDirection,
  }),
  qos_minimum_packet_rate_rule: rule('minimum_packet_rate', MINIMUM_PPS, {
    min_kpps: amount,
    direction: { ...filteredDirection, validate: { values: ['any', 'ingress', 'egress'] } },
  }),
  qos_packet_rate_limit_rule: rule('packet_rate_limit', PPS, {
    max_kpps: amount,
    max_burst_kpps: burst,
    direction: filteredDirection,
  }),
} as const satisfies Record<`qos_${QosRuleType}_rule`, ResourceDefinition>;

/** An attribute where it can be changed and not given. */
const changed = ({ post: _, default: _default, ...attribute }: Attribute): Attribute => attribute;

/** The same rules without their policy in the path: found, changed and deleted, and neither listed nor made. */
const aliasOf = <const Type extends QosRuleType>(
  type: Type,
  alias: string,
  own: Attributes,
  project: Attribute,
) =>
  defineResource({
    name: `alias_${type}_rule`,
    collection: `alias_${type}_rules`,
    path: `qos/alias-${type.replaceAll('_', '-')}-rules`,
    alias,
    attributes: {
      id,
      tenant_id: project,
      ...Object.fromEntries(Object.entries(own).map(([name, one]) => [name, changed(one)])),
    },
    order: [...qosParameters[type], 'id', 'tenant_id', 'project_id'],
  });

const RULES = 'qos-rules-alias';
const readOnly = changed(tenant_id);

export const qosAliases = {
  qos_alias_bandwidth_limit_rule: aliasOf(
    'bandwidth_limit',
    RULES,
    { max_kbps: amount, direction: filteredDirection, max_burst_kbps: burst },
    readOnly,
  ),
  qos_alias_dscp_marking_rule: aliasOf(
    'dscp_marking',
    RULES,
    { dscp_mark: qosRules.qos_dscp_marking_rule.attributes.dscp_mark },
    readOnly,
  ),
  qos_alias_minimum_bandwidth_rule: aliasOf(
    'minimum_bandwidth',
    RULES,
    { min_kbps: amount, direction: filteredDirection },
    readOnly,
  ),
  qos_alias_minimum_packet_rate_rule: aliasOf(
    'minimum_packet_rate',
    'qos-pps-minimum-rule-alias',
    {
      min_kpps: amount,
      direction: qosRules.qos_minimum_packet_rate_rule.attributes.direction,
    },
    tenant_id,
  ),
} as const;
