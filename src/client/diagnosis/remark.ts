import type { Call } from '../command.ts';
import type { Dict } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { diagnoseIfServed } from './ask.ts';
import { within } from './within.ts';
import { worthTelling } from './worthTelling.ts';

/** What is said about an object that was just shown. */
export type Remark = (call: Call, object: Dict) => Promise<void>;

/** For how long a command that has shown its object may go on for the sake of remarks. */
const MILLISECONDS = 5000;

/** Seconds since an object was changed, by the server's text of that time; endless when it was not sent. */
const ageOf = ({ updated_at: time }: Dict): number =>
  typeof time === 'string' ? (Date.now() - Date.parse(time)) / 1000 : Number.POSITIVE_INFINITY;

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
    for (const line of [...(await worthTelling(diagnosis.problems, ageOf(object))), ...further(diagnosis)])
      log.warning(`neutronclient.neutron.v2_0.${resource.name}`, line);
  };
