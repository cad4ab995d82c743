import type { Deployment } from '../../../src/lab/deployments/deployment.ts';
import { deployments } from '../../../src/lab/deployments/index.ts';
import type { Scenario } from './scenario.ts';

const NEUTRON_CONF = '/etc/neutron/neutron.conf';

/** Agents report every 2 seconds and count as dead after 8: what is asked for is the answer, not the waiting. */
const impatient = (text: string): string =>
  text
    .replace(/^\[DEFAULT\]\n/m, '[DEFAULT]\nagent_down_time = 8\n')
    .concat('\n[agent]\nreport_interval = 2\n');

/** The lab's deployments as the corpus runs them. */
export function deploymentOf(kind: Scenario['lab']): Deployment {
  const deployment = deployments[kind]!;
  return {
    ...deployment,
    plan(topology, host) {
      const { files, processes } = deployment.plan(topology, host);
      const conf = files[NEUTRON_CONF];
      return {
        files: conf === undefined ? files : { ...files, [NEUTRON_CONF]: impatient(conf) },
        processes,
      };
    },
  };
}
