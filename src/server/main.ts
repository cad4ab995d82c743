import { startProgram } from '../log/start.ts';
import { isWorker, planOf, roleOf } from './workers/plan.ts';

/**
 * neutron-server: one process, or a supervisor of API and RPC workers when the configuration asks for them. The
 * supervisor loads nothing of what its workers run: it is there sooner, and small.
 */
const { config, log } = startProgram('neutron-server');
const plan = planOf(config, log);
if (plan.processes.length > 1 && !isWorker()) {
  const { supervise } = await import('./workers/supervise.ts');
  await supervise(plan.processes, log);
} else {
  const { serve } = await import('./workers/serve.ts');
  await serve(roleOf(plan), config, log);
}
