import { defineResource } from './definition.ts';

/** A kind of rule that the drivers of this server can apply. */
export const qosRuleType = defineResource({
  name: 'rule_type',
  collection: 'rule_types',
  path: 'qos/rule-types',
  alias: 'qos',
  key: 'type',
  attributes: {
    type: {},
    drivers: { holds: 'objects', alias: 'qos-rule-type-details' },
    all_rules: {
      post: true,
      put: true,
      optional: true,
      hidden: true,
      convert: 'boolean_if_not_none',
      filter: true,
      alias: 'qos-rule-type-filter',
    },
    all_supported: {
      post: true,
      put: true,
      optional: true,
      hidden: true,
      convert: 'boolean_if_not_none',
      filter: true,
      alias: 'qos-rule-type-filter',
    },
  },
  order: ['type', 'drivers'],
});
