import { setTimeout as sleep } from 'node:timers/promises';
import type { Probe, Probed, ProbeKind } from '../../../rpc/probes.ts';

/** Where a probe is sent from. */
export interface Place {
  readonly netns: string;
  readonly device: string;
}

/** Sends one kind of probe. */
export type Runner<Kind extends ProbeKind> = (
  place: Place,
  probe: Extract<Probe, { kind: Kind }>,
) => Promise<Probed>;

const USUAL_SECONDS = 3;
const PAUSE = 100;

/** Tries again until it does not fail, or fails for good (`final`), or the time is over; `left`: milliseconds. */
export async function patiently(
  seconds: number | undefined,
  attempt: (left: number) => Promise<Probed & { final?: true }>,
): Promise<Probed> {
  const end = performance.now() + (seconds ?? USUAL_SECONDS) * 1000;
  for (;;) {
    const { final, ...probed } = await attempt(Math.max(PAUSE, end - performance.now()));
    if (probed.result !== 'fail' || final || performance.now() + PAUSE >= end) return probed;
    await sleep(PAUSE);
  }
}

export const passed = (evidence: string, measured: Probed['measured']): Probed => ({
  result: 'pass',
  evidence: [evidence],
  measured,
});

export const failed = (evidence: string, measured: Probed['measured'] = {}): Probed => ({
  result: 'fail',
  evidence: [evidence],
  measured,
});

/** Rounded to tenths. */
export const tenths = (value: number): number => Math.round(value * 10) / 10;
