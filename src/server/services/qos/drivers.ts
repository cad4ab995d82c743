import type { Config } from '../../../config/option.ts';
import { ml2 } from '../../../config/options/index.ts';
import { isUnbound } from '../../../net/vifTypes.ts';
import { type QosRuleType, qosRules } from '../../../resources/qosRules.ts';
import type { Item } from '../service.ts';

const integer = { parameter_type: 'range', parameter_values: { start: 0, end: 2147483647 } };

/** A mechanism driver that applies rules to the ports it binds. */
interface QosDriver {
  readonly name: string;
  readonly vifTypes: readonly string[];
  readonly vnicTypes: readonly string[];
  readonly rules: Readonly<Partial<Record<QosRuleType, readonly Item[]>>>;
}

const linuxbridge: QosDriver = {
  name: 'linuxbridge',
  vifTypes: ['bridge', 'tap'],
  vnicTypes: ['normal'],
  rules: {
    bandwidth_limit: [
      { parameter_name: 'max_kbps', ...integer },
      { parameter_name: 'max_burst_kbps', ...integer },
      { parameter_name: 'direction', parameter_values: ['ingress', 'egress'], parameter_type: 'choices' },
    ],
    dscp_marking: [
      {
        parameter_name: 'dscp_mark',
        parameter_values: qosRules.qos_dscp_marking_rule.attributes.dscp_mark.validate.values,
        parameter_type: 'choices',
      },
    ],
  },
};

/** The drivers that a configuration loads. */
export const qosDrivers = (config: Config): readonly QosDriver[] =>
  [linuxbridge].filter(({ name }) => config.group(ml2).mechanism_drivers.includes(name));

export type QosDrivers = ReturnType<typeof qosDrivers>;

/** How a port is bound, or will be. */
export interface BoundPort {
  readonly id: string;
  readonly vif_type: string | null;
  readonly vnic_type: string | null;
}

/** Whether a driver of this port applies rules of a type. */
export const supportsPort = (drivers: QosDrivers, type: QosRuleType, port: BoundPort): boolean =>
  drivers.some(
    ({ rules, vifTypes, vnicTypes }) =>
      rules[type] !== undefined &&
      (isUnbound(port.vif_type ?? 'unbound')
        ? vnicTypes.includes(port.vnic_type ?? 'normal')
        : vifTypes.includes(port.vif_type!)),
  );

/** Whether any driver applies rules of a type, as is asked for networks. */
export const supports = (drivers: QosDrivers, type: QosRuleType): boolean =>
  drivers.some(({ rules }) => rules[type] !== undefined);
