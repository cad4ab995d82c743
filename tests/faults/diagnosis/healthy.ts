import type { Lab } from '../../../src/lab/lab.ts';
import { answer } from './ask.ts';
import type { Names } from './names.ts';
import type { Ask, Scenario } from './scenario.ts';

/** Everything that may be asked of a lab's healthy cloud. */
function questions(names: Names, kind: Scenario['lab']): Ask[] {
  const paths = [
    'ports/$VM1_PORT',
    'ports/$VM2_PORT',
    'networks/$PUBLIC',
    'networks/$PRIVATE',
    'subnets/$PUBLIC_SUBNET',
    'subnets/$PRIVATE_SUBNET',
    'routers/$ROUTER',
    'floatingips/$FLOATINGIP',
    ...Object.keys(names)
      .filter((name) => /_AGENT_/.test(name))
      .map((name) => `agents/$${name}`),
  ].filter((path) => names[path.split('$')[1]!] !== undefined);
  const traces =
    kind === 'provider-only'
      ? [['$VM1_PORT', '$VM2_PORT']]
      : [
          ['$VM1_PORT', '$VM2_PORT'],
          ['$VM2_PORT', '203.0.113.1'],
          ['192.168.81.254', '$FLOATING'],
        ];
  return [
    { doctor: 'controller' },
    { doctor: 'compute' },
    { problems: true },
    ...paths.map((diagnosis) => ({ diagnosis })),
    ...traces.map((trace) => ({ trace })),
    { verify: [] },
  ];
}

/** Asks a healthy lab everything; returns, in words, what it names though nothing is wrong, and what it cannot answer. */
export async function falseAlarms(lab: Lab, names: Names, kind: Scenario['lab']): Promise<readonly string[]> {
  const alarms: string[] = [];
  for (const ask of questions(names, kind)) {
    const said = await answer(lab, names, ask)
      .then((findings) => findings.filter(({ severity }) => severity !== 'info'))
      .then((findings) => findings.map(({ code, text }) => `${code}: ${text}`))
      .catch((error: Error) => [error.message]);
    alarms.push(...said.map((text) => `${JSON.stringify(ask)}: ${text}`));
  }
  return alarms;
}
