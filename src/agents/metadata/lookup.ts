import { findInstance, type GetPorts, type Instance, type Origin } from './instance.ts';

/**
 * Finds instances, asking the server once for requests that come together: a booting guest asks dozens of things
 * within a second. Only what was found is kept, and so briefly that no address can have changed hands.
 */
export interface InstanceLookup {
  find(origin: Origin): Promise<Instance | undefined>;
  /** Nova knows no such instance: the next request asks the server again. */
  forget(origin: Origin): void;
}

const keptMilliseconds = 1000;

export function createLookup(getPorts: GetPorts, now: () => number = Date.now): InstanceLookup {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<Instance | undefined> }>();
  const keyOf = ({ address, networkId, routerId }: Origin) => `${address} ${networkId} ${routerId}`;

  return {
    find(origin) {
      const key = keyOf(origin);
      const time = now();
      const known = kept.get(key);
      if (known && known.until > time) return known.answer;
      for (const [old, { until }] of kept) if (until <= time) kept.delete(old);
      const answer = findInstance(origin, getPorts);
      kept.set(key, { until: time + keptMilliseconds, answer });
      const drop = () => {
        if (kept.get(key)?.answer === answer) kept.delete(key);
      };
      answer.then((instance) => instance ?? drop(), drop);
      return answer;
    },
    forget: (origin) => void kept.delete(keyOf(origin)),
  };
}
