import type { Log } from '../../log/log.ts';
import { reasonOf } from '../../log/reason.ts';
import { type Backoff, delayAfter, standardBackoff } from './backoff.ts';
import { createDirtyQueue } from './dirtyQueue.ts';
import { type Outage, outage } from './outage.ts';

/**
 * The loop of every agent. Events only mark ids dirty; the loop works on what is dirty. An id is never in two workers
 * at once; one that is marked while it is worked on is worked on again. What fails stays dirty and comes back after
 * its own back-off; the others go on.
 */
export interface Reconciler {
  /** Marks an id dirty and due now, also when it was backing off. Lower priority numbers go first (default 10). */
  mark(id: string, priority?: number): void;
  /** Marks an id; resolves when work on it that began after this has ended, with its error, or undefined for none. */
  bring(id: string, priority?: number): Promise<unknown>;
  /** Asks for a full resync: `listAll` is tried until it succeeds, and every id that it returns is dirty. */
  markAll(reason: string): void;
  /** Whether the first full resync is over: before that nothing may be swept. */
  readonly synced: boolean;
  /** How far it is. */
  progress(): Progress;
  /** Watches, until its end, what stays as the last work on it left it. */
  settled(): Settled;
  /** Resolves when nothing is dirty, backing off or running. */
  idle(): Promise<void>;
  /** Takes no more work; resolves when the running work has ended. */
  stop(): Promise<void>;
}

/** What a loop has done and what is left. */
export interface Progress {
  /** Ids that are dirty, worked on or backing off. */
  readonly waiting: number;
  /** Of the ids of a full resync, those that were worked on; undefined while none runs, total 0 until they are known. */
  readonly resync: { readonly done: number; readonly total: number } | undefined;
  /** Ids whose last work failed. */
  readonly failing: readonly { readonly item: string; readonly error: string; readonly failures: number }[];
}

/** What was neither dirty nor worked on since it was asked for: whoever looks at the kernel meanwhile sees work done. */
export interface Settled {
  has(id: string): boolean;
  /** Whether nothing was worked on or due; what backs off counts as at rest. */
  readonly quiet: boolean;
  end(): void;
}

export interface ReconcilerOptions {
  readonly log: Log;
  /** What an id stands for in log lines: 'network', 'router', 'device'. */
  readonly itemName: string;
  /** Every id to look at in a full resync: what should exist and what does. */
  listAll(reason: string): Promise<Iterable<string>>;
  /** Brings these ids to their desired state. Throwing fails them all; a returned error fails its id only. */
  work(ids: readonly string[]): Promise<ReadonlyMap<string, unknown> | undefined>;
  /** Called when every id of a full resync was worked on once, whether it succeeded or not. */
  afterSync?(): Promise<void>;
  /** Batches worked on at the same time (default 1). */
  readonly parallel?: number;
  /** Most ids in one batch (default: all that is dirty). */
  readonly batchSize?: number;
  readonly backoff?: Backoff;
}

const defaultPriority = 10;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const {
    log,
    itemName,
    parallel = 1,
    batchSize = Number.POSITIVE_INFINITY,
    backoff = standardBackoff,
  } = options;
  const ready = createDirtyQueue();
  const backingOff = new Map<string, NodeJS.Timeout>();
  const running = new Set<string>();
  const markedAgain = new Map<string, number>();
  const troubles = new Map<string, Outage>();
  const syncTrouble = outage(log, `list every ${itemName} for a full resync`);
  const jobs = new Set<Promise<void>>();
  const waiters: (() => void)[] = [];
  /** Who waits for work on an id that has not begun. */
  const asked = new Map<string, ((error?: unknown) => void)[]>();
  /** Ids that were marked since each began to watch. */
  const watches = new Set<Set<string>>();
  let untried: Set<string> | undefined;
  let resyncTotal = 0;
  let syncReason: string | undefined;
  let syncTimer: NodeJS.Timeout | undefined;
  let syncing = false;
  let workers = 0;
  let synced = false;
  let stopped = false;
  let awake = false;

  function wake(): void {
    if (awake || stopped) return;
    awake = true;
    setImmediate(() => {
      awake = false;
      if (!stopped) startWork();
    });
  }

  function track(job: Promise<void>): void {
    jobs.add(job);
    void job.finally(() => {
      jobs.delete(job);
      wake();
    });
  }

  function startWork(): void {
    if (syncReason !== undefined && !syncing && !syncTimer) track(resync(syncReason));
    while (workers < parallel && ready.size > 0) track(workOn(ready.take(batchSize)));
    const idle = ready.size + backingOff.size + jobs.size === 0 && syncReason === undefined;
    if (idle) for (const done of waiters.splice(0)) done();
  }

  async function workOn(ids: readonly string[]): Promise<void> {
    workers += 1;
    for (const id of ids) running.add(id);
    const answers = ids.flatMap((id) => asked.get(id)?.map((answer) => ({ id, answer })) ?? []);
    for (const { id } of answers) asked.delete(id);
    log.debug(`Works on ${ids.length} ${itemName}(s): ${ids.join(', ')}`);
    let failed: ReadonlyMap<string, unknown>;
    try {
      failed = (await options.work(ids)) ?? new Map();
    } catch (error) {
      failed = new Map(ids.map((id) => [id, error]));
    }
    workers -= 1;
    for (const id of ids) finish(id, failed);
    for (const { id, answer } of answers) answer(failed.get(id));
    if (untried?.size === 0) await endSync();
  }

  function finish(id: string, failed: ReadonlyMap<string, unknown>): void {
    running.delete(id);
    untried?.delete(id);
    const trouble = troubles.get(id) ?? outage(log, `bring ${itemName} ${id} to its desired state`);
    if (failed.has(id)) {
      troubles.set(id, trouble);
      if (!stopped) trouble.failed(failed.get(id));
    } else {
      trouble.succeeded();
      troubles.delete(id);
    }
    const again = markedAgain.get(id);
    markedAgain.delete(id);
    if (again !== undefined) ready.add(id, again);
    else if (failed.has(id) && !stopped)
      backingOff.set(
        id,
        setTimeout(() => mark(id), delayAfter(trouble.failures, backoff)),
      );
  }

  async function resync(reason: string): Promise<void> {
    syncing = true;
    syncReason = undefined;
    try {
      const ids = new Set(await options.listAll(reason));
      untried = ids;
      resyncTotal = ids.size;
      for (const id of [...ids]) mark(id);
      syncTrouble.succeeded();
      if (ids.size === 0) await endSync();
    } catch (error) {
      if (!stopped) trySyncLater(reason, error);
    }
    syncing = false;
  }

  function trySyncLater(reason: string, error: unknown): void {
    syncTrouble.failed(error);
    syncReason ??= reason;
    const again = () => {
      syncTimer = undefined;
      wake();
    };
    syncTimer = setTimeout(again, delayAfter(syncTrouble.failures, backoff));
  }

  async function endSync(): Promise<void> {
    untried = undefined;
    synced = true;
    try {
      await options.afterSync?.();
    } catch (error) {
      log.error(`The clean-up after a full resync failed: ${reasonOf(error)}`);
    }
  }

  function mark(id: string, priority = defaultPriority): void {
    clearTimeout(backingOff.get(id));
    backingOff.delete(id);
    for (const touched of watches) touched.add(id);
    if (running.has(id)) markedAgain.set(id, Math.min(priority, markedAgain.get(id) ?? priority));
    else ready.add(id, priority);
    wake();
  }

  function resyncProgress(): Progress['resync'] {
    if (untried) return { done: resyncTotal - untried.size, total: resyncTotal };
    return syncing || syncReason !== undefined ? { done: 0, total: 0 } : undefined;
  }

  function settled(): Settled {
    const touched = new Set([...running, ...ready.ids()]);
    const resting = new Set(backingOff.keys());
    watches.add(touched);
    return {
      has: (id) => !touched.has(id) && !resting.has(id),
      get quiet() {
        return touched.size === 0;
      },
      end: () => void watches.delete(touched),
    };
  }

  return {
    mark,
    settled,
    bring: (id, priority) =>
      new Promise((resolve) => {
        if (stopped) return resolve(new Error('the agent ends'));
        asked.set(id, [...(asked.get(id) ?? []), resolve]);
        mark(id, priority);
      }),
    progress: () => ({
      waiting: ready.size + running.size + backingOff.size,
      resync: resyncProgress(),
      failing: [...troubles].map(([item, { failures, reason = '' }]) => ({ item, error: reason, failures })),
    }),
    markAll(reason) {
      log.info(`Full resync: ${reason}`);
      syncReason = reason;
      clearTimeout(syncTimer);
      syncTimer = undefined;
      wake();
    },
    get synced() {
      return synced;
    },
    idle() {
      return new Promise((resolve) => {
        waiters.push(resolve);
        wake();
      });
    },
    async stop() {
      stopped = true;
      clearTimeout(syncTimer);
      for (const timer of backingOff.values()) clearTimeout(timer);
      while (jobs.size > 0) await Promise.all(jobs);
      for (const answer of [...asked.values()].flat()) answer(new Error('the agent ends'));
      asked.clear();
      for (const done of waiters.splice(0)) done();
    },
  };
}

/** Has one loop after the other bring an id to its desired state; the first error, or undefined for none. */
export async function broughtBy(loops: readonly Reconciler[], id: string): Promise<unknown> {
  for (const loop of loops) {
    const error = await loop.bring(id);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** Turns a function for one id into `work` for batches of one. */
export const one =
  (apply: (id: string) => Promise<void>): ReconcilerOptions['work'] =>
  async (ids) => {
    const failed = new Map<string, unknown>();
    for (const id of ids) await apply(id).catch((error: unknown) => failed.set(id, error));
    return failed;
  };
