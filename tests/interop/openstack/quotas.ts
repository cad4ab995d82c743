import { done, includes, type OpenstackStep, shown } from './step.ts';

/** Quotas: of a project, the defaults, with their use. */
export const quotas: readonly OpenstackStep[] = [
  done('quota set --networks 7 --secgroups 8 --rbac-policies 9 --subnetpools 10 demo'),
  shown('quota show demo', { networks: 7, secgroups: 8 }),
  shown('quota show --default demo', { networks: 100 }),
  includes('quota list --network', 'Networks', [7]),
  includes('quota list --network --detail --project demo', 'Limit', [7, 8, 9, 10]),
];
