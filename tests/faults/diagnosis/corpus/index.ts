import type { Scenario } from '../scenario.ts';
import { compare } from './compare.ts';
import { conf } from './conf.ts';
import { diag } from './diag.ts';
import { doctor } from './doctor.ts';
import { hungAgents } from './hung.ts';
import { lan } from './lan.ts';
import { trace } from './trace.ts';
import { verify } from './verify.ts';

/** Every broken deployment, by the subject that it is about. */
export const corpus: readonly Scenario[] = [
  ...compare,
  ...conf,
  ...diag,
  ...doctor,
  ...hungAgents,
  ...lan,
  ...trace,
  ...verify,
];
