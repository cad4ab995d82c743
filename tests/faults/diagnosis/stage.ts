import { kill9, processesOn, startAgain } from '../../../src/lab/daemons.ts';
import { type RunningHost, runIn, writeIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab, operatorEnv } from '../../../src/lab/lab.ts';
import type { Names } from './names.ts';
import type { Scenario, Step } from './scenario.ts';

/** Applies a scenario's fault; the result puts everything back. */
export async function stage(
  lab: Lab,
  names: Names,
  { fault, undo = [] }: Scenario,
): Promise<() => Promise<void>> {
  const files = new Map<string, { host: RunningHost; path: string; text: string; mode: string }>();
  const daemons = new Map<string, { host: string; name: string }>();

  async function apply(step: Step): Promise<void> {
    const host = hostNamed(lab, step.host);
    if ('run' in step) {
      await runIn(host, ['bash', '-ec', step.run], { env: { ...operatorEnv(lab), ...names } });
    } else if ('file' in step) {
      const { stdout: text } = await runIn(host, ['cat', step.file]);
      const { stdout: mode } = await runIn(host, ['stat', '-c', '%a', step.file]);
      const key = `${step.host} ${step.file}`;
      if (!files.has(key)) files.set(key, { host, path: step.file, text, mode: mode.trim() });
      const changed = text.replace(step.replace, step.by);
      if (changed === text) throw new Error(`${step.file} on ${step.host} has nothing like ${step.replace}`);
      await writeIn(host, step.file, changed, mode.trim());
    } else {
      const daemon = { host: step.host, name: `neutron-${'kill' in step ? step.kill : step.restart}` };
      daemons.set(`${daemon.host} ${daemon.name}`, daemon);
      if (runs(lab, daemon)) await kill9(lab, daemon);
      if ('restart' in step) await startAgain(lab, daemon);
    }
  }

  const putBack = async () => {
    const failures: unknown[] = [];
    const attempt = (work: Promise<void>) => work.catch((error) => void failures.push(error));
    for (const step of undo) await attempt(apply(step));
    for (const { host, path, text, mode } of files.values()) await attempt(writeIn(host, path, text, mode));
    for (const daemon of daemons.values()) {
      if (runs(lab, daemon)) await attempt(kill9(lab, daemon));
      await attempt(startAgain(lab, daemon));
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `not put back: ${failures.map(String).join('; ')}`);
  };
  try {
    for (const step of fault) await apply(step);
  } catch (error) {
    await putBack();
    throw error;
  }
  return putBack;
}

const runs = (lab: Lab, daemon: { host: string; name: string }): boolean =>
  processesOn(hostNamed(lab, daemon.host)).some(({ words }) =>
    words.includes(`--log-file=/var/log/neutron/${daemon.name}.log`),
  );
