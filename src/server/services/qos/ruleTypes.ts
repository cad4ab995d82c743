import type { Config } from '../../../config/option.ts';
import type { QosRuleType } from '../../../resources/qosRules.ts';
import { fault } from '../../errors/index.ts';
import type { ResourceService } from '../service.ts';
import { qosDrivers } from './drivers.ts';
import { ruleTypes } from './rows.ts';

/** The kinds of rules that all drivers apply; `all_supported`: that any applies; `all_rules`: that there are. */
export function createQosRuleTypeService(config: Config): ResourceService {
  const drivers = qosDrivers(config);
  const has = (type: QosRuleType) => (driver: (typeof drivers)[number]) => driver.rules[type] !== undefined;
  return {
    async list(_context, { filters }) {
      const asked = (name: string) => filters[name]?.includes(true) === true;
      const shown = ruleTypes.filter(
        (type) =>
          asked('all_rules') ||
          (drivers.length > 0 &&
            (asked('all_supported') ? drivers.some(has(type)) : drivers.every(has(type)))),
      );
      return shown.map((type) => ({ type }));
    },
    async get({ isAdmin }, name) {
      if (!isAdmin) throw fault('NotAuthorized');
      const type = ruleTypes.find((one) => one === name);
      if (type === undefined) throw fault('HTTPNotFound');
      return {
        type,
        drivers: drivers
          .filter(has(type))
          .map((driver) => ({ name: driver.name, supported_parameters: driver.rules[type] })),
      };
    },
  };
}
