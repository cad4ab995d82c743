import { type RunningHost, runIn } from '../host.ts';
import { hostNamed, type Lab, operatorEnv, type Progress } from '../lab.ts';

/** Types a command on a host as the guide's operator would, shows command and output, and returns the output. */
export type Operator = (host: string, commandLine: string) => Promise<string>;

export const operatorOf =
  (lab: Lab, show: Progress): Operator =>
  async (hostName, commandLine) => {
    const host: RunningHost = hostNamed(lab, hostName);
    show(`[${hostName}]$ ${commandLine}`);
    const { code, stdout, stderr } = await runIn(host, ['sh', '-c', commandLine], {
      env: operatorEnv(lab),
      allowed: Array.from({ length: 256 }, (_, index) => index),
    });
    show(stdout.trimEnd());
    if (code !== 0)
      throw new Error(
        `${commandLine}: exit code ${code}: ${(stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' / ')}`,
      );
    return stdout;
  };

/** Requires a text in an output; the error shows what was there instead. */
export function expectText(output: string, pattern: RegExp, what: string): string {
  const found = pattern.exec(output);
  if (!found) throw new Error(`${what}: not found in: ${output.trim().split('\n').slice(-4).join(' / ')}`);
  return found[0];
}
