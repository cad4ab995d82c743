import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';

/** The network outside this host: the underlay to the other hosts, their clocks, the physical LAN. */
export const lanChecks: readonly Check<DoctorContext>[] = [];
