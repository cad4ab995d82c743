/**
 * The measuring process of one cloud: runs in the network namespace of its controller, takes one request a line from
 * standard input and answers each with a line: { sample }, { floor } or { error }. Ends with its input.
 */
import { createInterface } from 'node:readline';
import { recordedLab } from '../../src/lab/record.ts';
import { rowNamed } from '../rows/index.ts';
import type { Side } from '../side.ts';
import { openTarget } from './open.ts';
import type { Request, Response } from './remote.ts';

const [labName, side] = process.argv.slice(2) as [string, Side];
const { target, undo } = await openTarget(await recordedLab(labName), side);

async function answer({ row: name, what, operations }: Request): Promise<Response> {
  const row = rowNamed(name);
  try {
    return what === 'measure'
      ? { sample: await row.measure(target, operations) }
      : { floor: await row.floor!.measure(target) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await undo();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}
process.exit(0);
