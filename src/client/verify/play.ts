import type { Tested } from './line.ts';
import { notChecked, type Test } from './sending.ts';
import { turns } from './turns.ts';

/** Tests at a time: enough to be quick, few enough not to measure the load that they make. */
const AT_ONCE = 6;

/**
 * Plays tests, several at a time, and tells of each in their order. `unusable` says why a test cannot be made. A test
 * that throws is not checked.
 */
export async function play(
  tests: readonly Test[],
  unusable: (test: Test) => string | undefined,
  tell: (tested: Tested) => void,
): Promise<Tested[]> {
  const inTurn = turns(AT_ONCE);
  const results = tests.map((test) => inTurn(() => playOne(test, unusable(test))));
  const tested: Tested[] = [];
  for (const result of results) {
    tested.push(await result);
    tell(tested.at(-1)!);
  }
  return tested;
}

async function playOne(test: Test, why: string | undefined): Promise<Tested> {
  const start = performance.now();
  const tried = why === undefined ? test.run() : notChecked(why);
  const {
    finding,
    trace = test.trace,
    ...outcome
  } = await Promise.resolve(tried).catch((error: Error) => notChecked(error.message));
  const { check, from, to, about } = test;
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return {
    line: { check, from, ...(to === undefined ? {} : { to }), ...outcome, seconds },
    about,
    ...(trace === undefined ? {} : { trace }),
    ...(finding === undefined ? {} : { finding }),
  };
}
