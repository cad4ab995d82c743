import type { Check } from '../health/checks.ts';
import { kernelVxlan } from './checks/kernel.ts';
import type { DoctorContext } from './context.ts';

/** Everything that neutron-doctor looks at on a host, in the order of its report. */
export const checks: readonly Check<DoctorContext>[] = [kernelVxlan];
