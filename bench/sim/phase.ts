import type { Backend } from './backend.ts';
import type { Fleet } from './fleet.ts';
import { usage } from './usage.ts';

/** What one part of a run cost; times in seconds, latencies in milliseconds, memory in megabytes. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly latency: Record<string, { count: number; p50: number; p95: number; max: number }>;
  readonly failures: Record<string, number>;
  /** Messages that all agents together were sent, by method. */
  readonly received: Record<string, number>;
  readonly cpuSeconds: Record<string, number>;
  /** Of all of the server's processes, per call of an agent; null when none was made. */
  readonly serverCpuMillisecondsPerCall: number | null;
  readonly residentMegabytes: Record<string, number>;
}

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Does the work of a phase and tells what it took. */
export async function phase(
  name: string,
  backend: Backend,
  fleet: Fleet,
  work: () => Promise<void>,
): Promise<Phase> {
  const processes = new Map(await backend.processes()).set('simulator', [process.pid]);
  const before = await usage(processes);
  fleet.beginPhase();
  const { calls } = fleet;
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const after = await usage(processes);
  const spent = [...after].map(
    ([of, { cpuSeconds }]) => [of, round(cpuSeconds - before.get(of)!.cpuSeconds)] as const,
  );
  const server = spent.reduce((sum, [of, cpu]) => sum + (/^server$|worker$/.test(of) ? cpu : 0), 0);
  return {
    name,
    seconds: round(seconds),
    calls: calls.total,
    callsPerSecond: round(calls.total / seconds, 1),
    latency: calls.summary(),
    failures: calls.failures(),
    received: Object.fromEntries(fleet.received),
    cpuSeconds: Object.fromEntries(spent),
    serverCpuMillisecondsPerCall: calls.total === 0 ? null : round((server * 1000) / calls.total),
    residentMegabytes: Object.fromEntries(
      [...after].map(([of, { residentMegabytes }]) => [of, Math.round(residentMegabytes)]),
    ),
  };
}

const pairs = (record: Record<string, number>): string =>
  Object.entries(record)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'none';

/** A phase as lines for a reader. */
export function told(one: Phase): string {
  const latencies = Object.entries(one.latency).map(
    ([method, { count, p50, p95, max }]) =>
      `    ${method}: ${count} calls, p50 ${p50} ms, p95 ${p95} ms, longest ${max} ms`,
  );
  const perCall = one.serverCpuMillisecondsPerCall;
  return [
    `${one.name}: ${one.seconds} s, ${one.calls} calls, ${one.callsPerSecond}/s`,
    ...latencies,
    `    failed: ${pairs(one.failures)}`,
    `    agents were sent: ${pairs(one.received)}`,
    `    CPU seconds: ${pairs(one.cpuSeconds)}${perCall === null ? '' : `; server ${perCall} ms per call`}`,
    `    resident MB: ${pairs(one.residentMegabytes)}`,
  ].join('\n');
}
