import { nearest } from '../../../config/nearest.ts';
import type { Config } from '../../../config/option.ts';
import { ml2 } from '../../../config/options/index.ts';
import { noDriver } from '../../../health/catalogue/binding.ts';
import type { BindingOutcome, BindingRequest, MechanismDriver, Refusal } from './driver.ts';
import { l2population } from './l2population.ts';
import { linuxbridge } from './linuxbridge.ts';

const drivers: Readonly<Record<string, MechanismDriver>> = { linuxbridge, l2population };

/** The mechanism drivers of [ml2] mechanism_drivers, in order. */
export interface Mechanisms {
  readonly drivers: readonly MechanismDriver[];
  /** Asks each driver in turn; the first that can binds the port. */
  bind(request: BindingRequest): BindingOutcome;
}

/** Loads the configured drivers. Throws for a name that is none, with the nearest that is. */
export function loadMechanisms(config: Config): Mechanisms {
  const known = Object.keys(drivers);
  const loaded = config.group(ml2).mechanism_drivers.map((name) => {
    const driver = drivers[name];
    if (driver !== undefined) return driver;
    const near = nearest(name, known);
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new Error(
      `[ml2] mechanism_drivers: the following mechanism drivers were not found: ${name}.${hint} Known: ${known.join(', ')}.`,
    );
  });
  return {
    drivers: loaded,
    bind(request) {
      const refusals: Refusal[] = [];
      for (const driver of loaded) {
        const outcome = driver.bind?.(request);
        if (outcome === undefined) continue;
        if ('bound' in outcome) return outcome;
        refusals.push(...outcome.refusals);
      }
      if (refusals.length > 0) return { refusals };
      const finding = noDriver.found({ loaded: loaded.map(({ name }) => name) });
      return { refusals: [{ driver: 'ml2', finding }] };
    },
  };
}
