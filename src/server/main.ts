import cluster from 'node:cluster';
import { startProgram } from '../log/start.ts';
import { planOf, roleOf } from './process/plan.ts';
import { serve } from './process/serve.ts';

/** neutron-server: one process, or a supervisor of API and RPC workers when the configuration asks for them. */
const { config, log } = startProgram('neutron-server');
const plan = planOf(config, log);
if (cluster.isPrimary && plan.processes.length > 1) {
  const { supervise } = await import('./process/supervise.ts');
  await supervise(plan.processes, log);
} else {
  await serve(roleOf(plan), config, log);
}
