import type { Finding } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import type { Json } from '../python/value.ts';
import { findingsOf } from './ask.ts';

/** While something is being set up, this long after its last change, a warning about it is no news. */
const SETTING_UP_SECONDS = 60;

/**
 * A line for each of a diagnosis' problems that says that something is wrong, and that can have lasted long enough for
 * that in `seconds`, for which the object has stayed as it is.
 */
export const worthTelling = async (problems: Json | undefined, seconds: number): Promise<string[]> => {
  const findings = findingsOf(problems).filter(({ severity }) => severity !== 'info');
  if (findings.length === 0) return [];
  // Only now, as most commands do without.
  const { catalogue } = await import('../../health/catalogue/index.ts');
  const lasted = ({ code, severity }: Finding): boolean => {
    const needed = catalogue.find((one) => one.code === code)?.lastsSeconds ?? 0;
    return seconds >= (severity === 'error' ? needed : Math.max(needed, SETTING_UP_SECONDS));
  };
  return findings.filter(lasted).map(oneLine);
};
