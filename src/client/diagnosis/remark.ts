import { oneLine } from '../../health/render.ts';
import type { Call } from '../command.ts';
import type { Dict } from '../python/value.ts';
import type { Resource } from '../resources.ts';
import { diagnoseIfServed, findingsOf } from './ask.ts';
import { within } from './within.ts';

/** What is said about an object that was just shown. */
export type Remark = (call: Call, object: Dict) => Promise<void>;

/** For how long a command that has shown its object may go on for the sake of remarks. */
const MILLISECONDS = 5000;

/**
 * Says on standard error what is wrong with an object of this kind, a line for each problem; nothing when all is well,
 * or when the server does not tell. `further` makes lines of the rest of the diagnosis.
 */
export const problemsOf =
  (resource: Resource, further: (diagnosis: Dict) => readonly string[] = () => []): Remark =>
  async ({ api, log }, { id }) => {
    if (typeof id !== 'string') return;
    const diagnosis = await within(MILLISECONDS, diagnoseIfServed(api, resource, id));
    if (!diagnosis) return;
    for (const line of [...findingsOf(diagnosis.problems).map(oneLine), ...further(diagnosis)])
      log.warning(`neutronclient.neutron.v2_0.${resource.name}`, line);
  };
