/**
 * The long run of the fuzzer: `npm run fuzz -- [requests] [seed]`, 20,000 requests on each database by default. Prints
 * the seed, answers by status, the live heap after each tenth, and every fault; the exit status is 1 if there is one.
 */
import { sqliteForTest, startMariaDb } from '../../src/server/db/testing.ts';
import { fuzz } from './fuzz.ts';

const requests = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const mariadb = await startMariaDb();
try {
  for (const [dialect, open] of [
    ['sqlite', sqliteForTest],
    ['mariadb', mariadb.database],
  ] as const) {
    console.log(`${requests} requests on ${dialect}, seed ${seed}`);
    const start = performance.now();
    const { faults, statuses, heap } = await fuzz(open, { seed, requests });
    console.log(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    console.log(
      `  answers: ${[...statuses]
        .sort()
        .map(([status, count]) => `${status}: ${count}`)
        .join(', ')}`,
    );
    console.log(`  live heap, MB: ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ')}`);
    // The first tenths compile code and fill caches; after that it stays.
    const [first = 0, last = 0] = [heap[3], heap.at(-1)];
    if (last > first * 1.25 + 10e6) faults.push(`the live heap grew from ${first} to ${last} bytes`);
    for (const fault of faults) console.log(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
} finally {
  await mariadb.stop();
}
