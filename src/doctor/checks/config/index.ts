import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';

/** What the configuration files say, each alone and against the others. */
export const configChecks: readonly Check<DoctorContext>[] = [];
