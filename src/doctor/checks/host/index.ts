import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { addressChecks } from './addresses.ts';
import { daemonChecks } from './daemons.ts';
import { fileChecks } from './files.ts';
import { kernelChecks } from './kernel.ts';
import { nicChecks } from './nics.ts';
import { programChecks } from './programs.ts';

/** What this host itself is and has: kernel, programs, cards, files, processes. */
export const hostChecks: readonly Check<DoctorContext>[] = [
  ...kernelChecks,
  ...programChecks,
  ...nicChecks,
  ...addressChecks,
  ...fileChecks,
  ...daemonChecks,
];
