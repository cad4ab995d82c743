import type { Origin } from '../../../config/option.ts';
import { placeOf } from '../../../log/notices.ts';
import { CannotStart } from '../../cannotStart.ts';

/** A policy file that cannot be used, with the place and the rule. */
export class PolicyFault extends CannotStart {
  constructor(origin: Origin, rule: string | undefined, reason: string) {
    super(`${placeOf(origin)}${rule === undefined ? '' : `rule '${rule}': `}${reason}`);
  }
}
