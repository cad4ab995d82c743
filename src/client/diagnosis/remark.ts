import type { Finding } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import type { Call } from '../command.ts';
import type { Dict, Json } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { diagnoseIfServed, findingsOf } from './ask.ts';
import { within } from './within.ts';

/** What is said about an object that was just shown. */
export type Remark = (call: Call, object: Dict) => Promise<void>;

/** For how long a command that has shown its object may go on for the sake of remarks. */
const MILLISECONDS = 5000;

/** While something is being set up, this long after its last change, a warning about it is no news. */
const SETTING_UP_SECONDS = 60;

/** Seconds since an object was changed, by the server's text of that time; endless when it was not sent. */
const ageOf = ({ updated_at: time }: Dict): number =>
  typeof time === 'string' ? (Date.now() - Date.parse(time)) / 1000 : Number.POSITIVE_INFINITY;

/** Those that say that something is wrong, and have lasted as long as the object has stayed unchanged. */
const worthTelling = async (problems: Json | undefined, object: Dict): Promise<Finding[]> => {
  const findings = findingsOf(problems).filter(({ severity }) => severity !== 'info');
  if (findings.length === 0) return [];
  // Only now, as most commands do without.
  const { catalogue } = await import('../../health/catalogue/index.ts');
  const age = ageOf(object);
  return findings.filter(({ code, severity }) => {
    const lasts = catalogue.find((one) => one.code === code)?.lastsSeconds ?? 0;
    return age >= (severity === 'error' ? lasts : Math.max(lasts, SETTING_UP_SECONDS));
  });
};

/**
 * Says on standard error what is wrong with an object of this kind, a line for each problem; nothing when all is well,
 * or when the server does not tell. `further` makes lines of the rest of the diagnosis.
 */
export const problemsOf =
  (resource: Resource, further: (diagnosis: Dict) => readonly string[] = () => []): Remark =>
  async ({ api, log }, object) => {
    if (typeof object.id !== 'string') return;
    const diagnosis = await within(MILLISECONDS, diagnoseIfServed(api, resource, object.id));
    if (!diagnosis) return;
    const problems = await worthTelling(diagnosis.problems, object);
    for (const line of [...problems.map(oneLine), ...further(diagnosis)])
      log.warning(`neutronclient.neutron.v2_0.${resource.name}`, line);
  };
