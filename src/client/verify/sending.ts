import type { Finding } from '../../health/finding.ts';
import type { Probe, Probed } from '../../rpc/probes.ts';
import type { Api } from '../http/api.ts';
import { type Dict, dumps } from '../python/value.ts';
import type { ProbePort } from './stage.ts';

export type Send = (from: ProbePort, probe: Probe) => Promise<Probed>;

/** After what was just made the agents have built all of it; until then an answer is waited for. */
const READY_SECONDS = 15;
const PATIENCE_SECONDS = 3;

/**
 * Has probes sent by `POST /v2.0/ports/ID/probes`, which the agents forget after so many minutes. A probe that does not
 * say for how long it is to be tried is tried until everything must be ready, and a little while at least.
 */
export function sender(api: Api, minutes: number): Send {
  const start = performance.now();
  return async ({ id }, probe) => {
    const left = READY_SECONDS - (performance.now() - start) / 1000;
    const seconds = Math.ceil(Math.max(PATIENCE_SECONDS, left));
    const answer = await api.post(`/ports/${id}/probes`, { probe: { seconds, ...probe, minutes } });
    return JSON.parse(dumps(answer.probe ?? null)) as Probed;
  };
}

/** What a test came to. `finding`: what is wrong by the measurement alone. */
export interface Outcome {
  readonly result: Probed['result'];
  readonly evidence: readonly string[];
  readonly finding?: Finding;
  /** What a trace of the lost packet is asked with, where that is known only now. */
  readonly trace?: Dict;
}

/** One thing to try. */
export interface Test {
  readonly check: string;
  readonly from: string;
  readonly to?: string;
  /** The ports that send or answer: without an agent that plugs them in, nothing can be tried. */
  readonly ports: readonly ProbePort[];
  run(): Promise<Outcome>;
  /** Paths of objects whose diagnoses may tell the cause of a failure. */
  readonly about: readonly string[];
  /** What a trace of the lost packet is asked with. */
  readonly trace?: Dict;
}

export const notChecked = (why: string): Outcome => ({ result: 'not checked', evidence: [why] });

/** A test that cannot be made, and why. */
export const untried = (check: string, from: string, why: string): Test => ({
  check,
  from,
  ports: [],
  about: [],
  run: async () => notChecked(why),
});

/** What was seen is wrong by itself. */
export const failed = (finding: Finding): Outcome => ({
  result: 'fail',
  evidence: finding.evidence,
  finding,
});

/** The probe's own verdict; a failure is the finding. */
export const judged = ({ result, evidence }: Probed, finding: () => Finding): Outcome =>
  result === 'fail' ? { result, evidence, finding: finding() } : { result, evidence };
