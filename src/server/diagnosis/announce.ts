import type { Finding } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import type { Log } from '../../log/log.ts';
import type { PeriodicTask } from '../scheduling/periodic.ts';

/** Seconds between two looks at the whole deployment. */
const SECONDS = 30;

/** Writes each problem into the log once when it has come, and once when it is gone. */
export function announceProblems(problems: () => Promise<readonly Finding[]>, log: Log): PeriodicTask {
  const named = log.named('neutron.nts.problems');
  let known = new Map<string, Finding>();
  return {
    name: 'The look for problems',
    seconds: SECONDS,
    async run() {
      const found = new Map((await problems()).map((finding) => [placeOf(finding), finding]));
      for (const [place, finding] of found) {
        if (known.has(place)) continue;
        if (finding.severity === 'error') named.error(oneLine(finding));
        else named.warning(oneLine(finding));
      }
      for (const [place, { code, text }] of known)
        if (!found.has(place)) named.info(`No more: ${text} [${code}]`);
      known = found;
    },
  };
}

/** Which problem, and where: its words may change while it stays, as 'last heard 3 min ago' does. */
const placeOf = ({ subject, host, code, text }: Finding): string =>
  subject || host !== undefined ? JSON.stringify([code, host, subject]) : `${code} ${text}`;
