import type { CheckResult } from './check.ts';

/** What was checked and how it went, a row each. */
export function resultTable(results: readonly CheckResult[]): string {
  const width = Math.max(...results.map((result) => result.name.length));
  const rows = results.map(
    (result) =>
      `${result.result.padEnd(11)}  ${result.name.padEnd(width)}  ${result.seconds.toFixed(1).padStart(5)} s  ${result.evidence}`,
  );
  const count = (kind: CheckResult['result']) => results.filter((result) => result.result === kind).length;
  const total = results.reduce((sum, result) => sum + result.seconds, 0);
  return [
    '',
    ...rows,
    '',
    `${count('pass')} passed, ${count('fail')} failed, ${count('not checked')} not checked, ${total.toFixed(1)} s`,
  ].join('\n');
}

/** How to enter each host of a lab that stays up, what to try there, and how to end it. */
export const farewell = (hosts: readonly string[]) => `
The lab stays up. Enter a host:
${hosts.map((host) => `  bin/neutron-lab shell ${host}`).join('\n')}
Try:
  bin/neutron-lab run controller -- neutron agent-list
  bin/neutron-lab guest add vm9 --host compute --network public
  bin/neutron-lab guest run vm9 -- ping -c 3 203.0.113.1
  bin/neutron-lab status
Take it down, so that nothing stays behind:
  bin/neutron-lab down`;
