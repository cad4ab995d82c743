import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { reasonOf } from '../../log/reason.ts';
import { forgetCredentials } from '../credentials.ts';
import type { Deployment } from '../deployments/deployment.ts';
import { deployments } from '../deployments/index.ts';
import { runningHosts } from '../host.ts';
import { bringUp, type Lab, type Progress, takeDown } from '../lab.ts';
import { recordLab } from '../record.ts';
import { guide } from '../topologies/guide.ts';
import { type Check, type CheckResult, runChecks } from './check.ts';
import { providerGuestChecks, selfServiceGuestChecks } from './guestChecks.ts';
import { publicChecks, selfServiceChecks, serverChecks } from './guideSteps.ts';
import { showLogs } from './logs.ts';
import { operatorOf } from './operator.ts';
import { farewell, resultTable } from './report.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    'provider-only': { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

// A check never touches the lab that was left up to look at.
const LAB = values.check && !values.keep ? 'check' : 'lab';
const deploymentName = values['provider-only'] ? 'provider-only' : values.full ? 'full' : 'embedded';
// With --json standard output is for the one array; everything else goes to standard error.
const out = values.json ? process.stderr : process.stdout;
// An interrupted run says nothing more: what fails now fails because its lab is being taken down.
let interrupted = false;
const show: Progress = (line) => void (interrupted || out.write(line ? `${line}\n` : ''));

function checksOf(lab: Lab): Check[] {
  const type = operatorOf(lab, show);
  return lab.deployment.name === 'provider-only'
    ? [
        ...serverChecks(lab, type, { agents: 4, routers: false }),
        ...publicChecks(type),
        ...providerGuestChecks(lab),
      ]
    : [
        ...serverChecks(lab, type, { agents: 5, routers: true }),
        ...publicChecks(type),
        ...selfServiceChecks(lab, type),
        ...selfServiceGuestChecks(lab, type),
      ];
}

async function checked(deployment: Deployment): Promise<CheckResult[]> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start) / 1000;
  const bringUpCheck = (result: CheckResult['result'], evidence: string): CheckResult => ({
    name: 'the lab comes up',
    result,
    evidence,
    seconds: elapsed(),
  });
  const report = (result: CheckResult) =>
    show(`${result.result === 'pass' ? '✔' : '✘'} ${result.name} (${result.seconds} s): ${result.evidence}`);
  try {
    const lab = await bringUp(LAB, guide, deployment, show);
    recordLab(lab);
    const up = bringUpCheck('pass', `${lab.hosts.size} hosts, deployment ${deployment.name}`);
    report(up);
    const results = [up, ...(await runChecks(checksOf(lab), report))];
    if (!interrupted && results.some((result) => result.result === 'fail'))
      await showLogs(lab, (line) => process.stderr.write(`${line}\n`));
    return results;
  } catch (error) {
    const failed = bringUpCheck('fail', reasonOf(error));
    report(failed);
    return [failed];
  }
}

forgetCredentials();
await takeDown(LAB);
const keep = values.keep || !values.check;
const leave = async (signal: NodeJS.Signals) => {
  if (interrupted) return; // impatient: it is being taken down already
  show(`${signal}: takes the lab down`);
  interrupted = true;
  // Until none is found: the bring-up may be making hosts meanwhile.
  while (runningHosts(LAB).length > 0) await takeDown(LAB);
  process.exit(128 + constants.signals[signal]);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
const results = await checked(deployments[deploymentName]!);
if (interrupted) await new Promise<never>(() => {}); // `leave` ends the process
show(resultTable(results));
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
if (keep) show(farewell(guide.hosts.map(({ name }) => name)));
else await takeDown(LAB);
process.exitCode = results.every((result) => result.result === 'pass') ? 0 : 1;
