import type { Check } from '../health/checks.ts';
import { configChecks } from './checks/config/index.ts';
import { hostChecks } from './checks/host/index.ts';
import { lanChecks } from './checks/lan/index.ts';
import { serviceChecks } from './checks/services/index.ts';
import type { DoctorContext } from './context.ts';

/** Everything that neutron-doctor looks at on a host, in the order of its report. */
export const checks: readonly Check<DoctorContext>[] = [
  ...hostChecks,
  ...configChecks,
  ...serviceChecks,
  ...lanChecks,
];
