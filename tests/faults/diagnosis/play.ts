import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../../src/health/finding.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { reasonOf } from '../../../src/log/reason.ts';
import { answer } from './ask.ts';
import type { Names } from './names.ts';
import type { Scenario } from './scenario.ts';
import { stage } from './stage.ts';

/** How a scenario went: what was named first once it was asked long enough. */
export interface Played {
  readonly scenario: Scenario;
  readonly named: boolean;
  /** What came first instead, or what went wrong. */
  readonly instead?: string;
  readonly seconds: number;
  /** What was still named after the fault had been put right. */
  readonly left: readonly Finding[];
}

const WITHIN_SECONDS = 20;
const EVERY_MILLISECONDS = 500;

/** Asks until the answer satisfies, or the time is over; returns the last answer. */
async function askUntil(
  ask: () => Promise<readonly Finding[]>,
  satisfies: (findings: readonly Finding[]) => boolean,
  seconds: number,
): Promise<readonly Finding[]> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const findings = await ask().catch((error: Error) => error);
    if (Array.isArray(findings) && satisfies(findings)) return findings;
    if (performance.now() > end) {
      if (findings instanceof Error) throw findings;
      return findings;
    }
    await sleep(EVERY_MILLISECONDS);
  }
}

const counts = ({ severity }: Finding) => severity !== 'info';

/** Agents heal once a minute what they find different: a fault that was healed before anybody asked is staged again. */
const TRIES = 2;

async function stageAndAsk(
  lab: Lab,
  names: Names,
  scenario: Scenario,
  ask: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const seconds = scenario.withinSeconds ?? WITHIN_SECONDS;
  for (let tries = 1; ; tries++) {
    const putBack = await stage(lab, names, scenario);
    try {
      const findings = await askUntil(ask, ([first]) => first?.code === scenario.first, seconds);
      if (findings.length > 0 || tries === TRIES) return findings;
    } finally {
      await putBack();
    }
  }
}

/** Breaks the lab, asks, and puts it right again; the answer must then no longer name what it named. */
export async function play(lab: Lab, names: Names, scenario: Scenario): Promise<Played> {
  const start = performance.now();
  const ask = () => answer(lab, names, scenario.ask);
  let instead: string | undefined;
  let left: readonly Finding[] = [];
  try {
    const findings = await stageAndAsk(lab, names, scenario, ask);
    if (findings[0]?.code !== scenario.first)
      instead = findings.map(({ code, text }) => `${code}: ${text}`).join(' | ') || 'nothing was named';
    left = (await askUntil(ask, (found) => !found.some(counts), 30)).filter(counts);
  } catch (error) {
    instead = reasonOf(error);
  }
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return {
    scenario,
    named: instead === undefined,
    ...(instead === undefined ? {} : { instead }),
    seconds,
    left,
  };
}
