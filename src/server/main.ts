import { startProgram } from '../log/start.ts';
import { isWorker, planOf, roleOf } from './workers/plan.ts';
import { serve } from './workers/serve.ts';

/** neutron-server: one process, or a supervisor of API and RPC workers when the configuration asks for them. */
const { config, log } = startProgram('neutron-server');
const plan = planOf(config, log);
if (plan.processes.length > 1 && !isWorker()) {
  const { supervise } = await import('./workers/supervise.ts');
  await supervise(plan.processes, log);
} else {
  await serve(roleOf(plan), config, log);
}
