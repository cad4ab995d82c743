import { type AdditionName, additions } from '../resources/additions.ts';
import type { ServerContext } from './context.ts';
import type { DiagnosisRoom } from './diagnosis/index.ts';
import type { AdditionHandlers, Answers } from './http/registry.ts';
import type { CorePlugin } from './ml2/plugin.ts';
import { answerProbes, type Prober } from './probes/prober.ts';

/** What explains: diagnoses, traces, and what is wrong in the whole deployment. */
export interface Explanations extends Pick<DiagnosisRoom, 'metrics' | 'problemsInTurn'> {
  readonly additions: AdditionHandlers;
}

async function load(server: ServerContext, core: CorePlugin, prober: Prober): Promise<Explanations> {
  const [{ createDiagnosis }, { createTraces }] = await Promise.all([
    import('./diagnosis/index.ts'),
    import('./trace/index.ts'),
  ]);
  const { additions: diagnoses, metrics, problemsInTurn } = createDiagnosis(server, core);
  const traces = createTraces(server, core, prober);
  return {
    additions: { ...diagnoses, send_probe: answerProbes(prober), ...traces },
    metrics,
    problemsInTurn,
  };
}

/** They are loaded when the first is asked for: a server is there sooner without them, and a worker smaller. */
export function createExplanations(server: ServerContext, core: CorePlugin, prober: Prober): Explanations {
  let loading: Promise<Explanations> | undefined;
  const loaded = () => {
    loading ??= load(server, core, prober);
    return loading;
  };
  const answers = Object.keys(additions).map((name): [string, Answers] => [
    name,
    async (asked) => (await loaded()).additions[name as AdditionName](asked),
  ]);
  return {
    additions: Object.fromEntries(answers) as AdditionHandlers,
    metrics: async () => (await loaded()).metrics(),
    problemsInTurn: async () => (await loaded()).problemsInTurn(),
  };
}
