import { type Daemon, runs, startAgain, stop } from '../../src/lab/daemons.ts';
import { shared } from '../../src/lab/deployments/python.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { Target } from './target.ts';
import { quiet } from './usage.ts';

const agentNamed = (name: string): Daemon => ({ host: 'controller', name });

/** Stops an agent of the controller until a row starts it again; it runs after the round, also after one that failed. */
export async function down({ lab, afterwards }: Target, name: string): Promise<void> {
  const agent = agentNamed(name);
  afterwards(async () => {
    if (!runs(lab, agent)) await startAgain(lab, agent);
  });
  await stop(lab, agent);
}

/** Starts an agent of a deployment in place of the one that runs, if any does. */
async function inPlace(lab: Lab, agent: Daemon, deployment = lab.deployment): Promise<void> {
  if (runs(lab, agent)) await stop(lab, agent);
  await startAgain(lab, agent, deployment);
}

/**
 * Has an agent of ours bring about, on either side, what Python's would take many minutes for: hundreds of things that are
 * there before a row begins. The agent is down then.
 */
export async function broughtAbout(
  target: Target,
  name: string,
  work: () => Promise<unknown>,
): Promise<void> {
  await inPlace(target.lab, agentNamed(name), shared);
  await work();
  await down(target, name);
}

/** The same of what `make` makes and the end of the round removes: an agent of ours sees to that it goes. */
export async function removedByOurs<T>(target: Target, name: string, make: () => Promise<T>): Promise<T> {
  const { lab, side, afterwards } = target;
  const agent = agentNamed(name);
  if (side === 'ours') return make();
  afterwards(async () => {
    await quiet([...lab.hosts.values()]);
    await inPlace(lab, agent);
  });
  const made = await make();
  afterwards(() => inPlace(lab, agent, shared));
  return made;
}
