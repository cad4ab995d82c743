import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { kernelVxlan } from './kernel.ts';

/** What this host itself is and has, whatever is configured. */
export const hostChecks: readonly Check<DoctorContext>[] = [kernelVxlan];
