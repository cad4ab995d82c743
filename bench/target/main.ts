/**
 * The measuring process of one cloud: runs in the network namespace of its controller, takes one request a line from
 * standard input and answers each with a line. Ends with its input.
 */
import { createInterface } from 'node:readline';
import { recordedLab } from '../../src/lab/record.ts';
import { rowNamed } from '../rows/index.ts';
import type { Side } from '../side.ts';
import { openTarget } from './open.ts';
import type { Request, Response } from './remote.ts';
import { seedPorts } from './seed.ts';

const [labName, side] = process.argv.slice(2) as [string, Side];
const { target, renew, undo } = await openTarget(await recordedLab(labName), side);

async function perform({ row: name, what, operations }: Request): Promise<Response> {
  const row = rowNamed(name);
  switch (what) {
    case 'prepare':
      await renew();
      await seedPorts(target.database, row.ports ?? 0);
      return { done: true };
    case 'measure':
      return { sample: await row.measure(target, operations) };
    case 'floor':
      return { floor: await row.floor!.measure(target) };
  }
}

async function answer(request: Request): Promise<Response> {
  try {
    return await perform(request).finally(undo);
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}
process.exit(0);
