import type { Check } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { addressChecks } from './addresses.ts';
import { daemonChecks } from './daemons.ts';
import { fileChecks } from './files.ts';
import { filterChecks } from './filters.ts';
import { kernelChecks } from './kernel.ts';
import { leftoverChecks } from './leftovers.ts';
import { limitChecks } from './limits.ts';
import { nicChecks } from './nics.ts';
import { portChecks } from './ports.ts';
import { programChecks } from './programs.ts';

/** What this host itself is and has. */
export const hostChecks: readonly Check<DoctorContext>[] = [
  ...kernelChecks,
  ...limitChecks,
  ...programChecks,
  ...nicChecks,
  ...addressChecks,
  ...filterChecks,
  ...portChecks,
  ...fileChecks,
  ...daemonChecks,
  ...leftoverChecks,
];
