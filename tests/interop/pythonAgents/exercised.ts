import type { Lab } from '../../../src/lab/lab.ts';
import type { Exercised } from '../exercised.ts';
import { type Heard, heard } from './wire.ts';

const keysOf = (messages: readonly Heard[]) => {
  const good = messages.filter(({ called, reply }) => !called || (reply && !reply.failure));
  return new Set(good.map(({ topic, method }) => `${topic} ${method}`));
};

/**
 * Methods that crossed the wire so far, each once: casts that were delivered, calls that were answered. Those that came
 * in the time of the scripts alone are theirs.
 */
export function crossed(lab: Lab, scripts: { readonly from: number; readonly to: number }): Exercised[] {
  const all = heard(lab);
  const byAgents = keysOf([...all.slice(0, scripts.from), ...all.slice(scripts.to)]);
  return [...keysOf(all)].sort().map((key): Exercised => {
    const [topic, method] = key.split(' ') as [string, string];
    return { server: 'ours', method, topic, ...(byAgents.has(key) ? {} : { script: true }) };
  });
}
