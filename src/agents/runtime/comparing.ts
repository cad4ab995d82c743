import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../health/finding.ts';
import { oneLine } from '../../health/render.ts';
import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import type { Comparison } from '../../rpc/diagnosis.ts';
import { type Drift, findingOf, type Look } from './drift.ts';
import { outage } from './outage.ts';

/** An agent's comparisons of what it applied with what is there: now and then, and when asked. */
export interface Comparing {
  readonly last: Comparison | null;
  readonly lastDrift: Comparison | null;
  compare(heal: boolean): Promise<Comparison>;
  close(): void;
}

export interface ComparingOptions {
  readonly log: Log;
  readonly host: string;
  /** Seconds between two comparisons of its own; spread, so that agents that start together do not go on so. */
  readonly everySeconds: number;
  /** Whether it makes sense by now: not before the first full resync. */
  ready(): boolean;
  /** Only reads. What is being worked on meanwhile is left out of it. */
  look(): Promise<Look>;
  /** What is wrong with the host. */
  findings(): Promise<readonly Finding[]>;
}

/** A difference counts once it is seen twice: what comes and goes within this time is somebody's work under way. */
const CONFIRM_MILLISECONDS = 300;
/** Looks until nothing is being worked on. */
const MOST_TRIES = 5;
/** A host with very much to compare does so less often: this many times longer it rests. */
const LEAST_REST = 30;
/** Longest wait for what heals. */
const HEAL_MILLISECONDS = 30_000;

export function createComparing(options: ComparingOptions): Comparing {
  const { log, host, everySeconds, ready, look } = options;
  const trouble = outage(log, 'compare what is applied with the kernel');
  const end = new AbortController();
  let last: Comparison | null = null;
  let lastDrift: Comparison | null = null;
  let busy: Promise<unknown> = Promise.resolve();
  let told = new Set<string>();
  let hostTold: ReadonlyMap<string, Finding> = new Map();
  let timer: NodeJS.Timeout | undefined;

  const keyOf = (drift: Drift) => JSON.stringify([drift.problem.code, drift.subject, drift.differences]);
  const pause = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal: end.signal, ref: false }).catch(() => undefined);

  /** On a busy host some things are always being worked on: after some tries what is at rest must do. */
  async function lookAtRest(): Promise<Look> {
    for (let tries = 1; ; tries++) {
      const found = await look();
      if (found.complete || tries === MOST_TRIES || end.signal.aborted) return found;
      await pause(CONFIRM_MILLISECONDS);
    }
  }

  async function confirmed(first: Look): Promise<Look> {
    if (first.drift.length === 0) return first;
    await pause(CONFIRM_MILLISECONDS);
    const seen = new Set(first.drift.map(keyOf));
    const second = await lookAtRest();
    return { ...second, drift: second.drift.filter((drift) => seen.has(keyOf(drift))) };
  }

  /** Puts right what differs; true when a look afterwards finds none of it. */
  async function heal(drift: readonly Drift[]): Promise<boolean> {
    const work = Promise.all(drift.map((one) => one.heal()));
    await Promise.race([work, pause(HEAL_MILLISECONDS)]);
    const seen = new Set(drift.map(keyOf));
    return !(await lookAtRest()).drift.some((one) => seen.has(keyOf(one)));
  }

  /** Each once, until it is gone: what cannot be healed would fill the log. */
  function tell(drift: readonly Drift[], findings: readonly Finding[]): void {
    drift.forEach((one, at) => {
      if (!told.has(keyOf(one)))
        log.warning(`${oneLine(findings[at]!)} (${findings[at]!.evidence.join('; ')})`);
    });
  }

  /** Of the host: when it comes, and when it is gone. */
  function tellHost(findings: readonly Finding[]): void {
    const now = new Map(findings.map((finding) => [`${finding.code} ${finding.text}`, finding]));
    for (const [key, finding] of now) if (!hostTold.has(key)) log.warning(oneLine(finding));
    for (const [key, { text }] of hostTold) if (!now.has(key)) log.info(`No longer: ${text}`);
    hostTold = now;
  }

  async function once(healing: boolean): Promise<Comparison> {
    const start = performance.now();
    const { compared, drift } = await confirmed(await lookAtRest());
    const findings = drift.map((one) => findingOf(one, host));
    tell(drift, findings);
    const healed = drift.length === 0 || (healing && (await heal(drift)));
    told = new Set(healed ? [] : drift.map(keyOf));
    last = {
      at: new Date().toISOString(),
      seconds: Math.round(performance.now() - start) / 1000,
      compared,
      drift: findings,
      healed,
    };
    if (drift.length > 0) lastDrift = last;
    return last;
  }

  function compare(healing: boolean): Promise<Comparison> {
    const done = busy.then(() => once(healing));
    busy = done.catch(() => {});
    return done;
  }

  async function periodically(): Promise<void> {
    const start = performance.now();
    try {
      if (ready()) await compare(true);
      tellHost(await options.findings());
      trouble.succeeded();
    } catch (error) {
      if (!end.signal.aborted) trouble.failed(reasonOf(error));
    }
    again((performance.now() - start) / 1000);
  }

  function again(tookSeconds: number): void {
    if (end.signal.aborted) return;
    const seconds = Math.max(everySeconds, tookSeconds * LEAST_REST);
    timer = setTimeout(() => void periodically(), seconds * 1000 * (0.75 + Math.random() / 2)).unref();
  }

  again(0);
  return {
    get last() {
      return last;
    },
    get lastDrift() {
      return lastDrift;
    },
    compare,
    close() {
      end.abort();
      clearTimeout(timer);
    },
  };
}
