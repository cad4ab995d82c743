import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { kernelChecks } from './kernel.ts';

/** What this host itself is and has: kernel, programs, cards, files, processes. */
export const hostChecks: readonly Check<DoctorContext>[] = [...kernelChecks];
