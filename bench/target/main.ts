/**
 * The measuring process of one cloud: runs in the network namespace of its controller, takes one request a line from
 * standard input and answers each with a line. Ends with its input, also in the middle of a request.
 */
import { createInterface } from 'node:readline';
import { recordedLab } from '../../src/lab/record.ts';
import type { Row } from '../row.ts';
import { rowNamed } from '../rows/index.ts';
import type { Side } from '../side.ts';
import { openTarget } from './open.ts';
import type { Request, Response } from './remote.ts';
import { seedPorts } from './seed.ts';

const [labName, side] = process.argv.slice(2) as [string, Side];
const { target, renew, undo } = await openTarget(await recordedLab(labName), side);

let setting: string | undefined;

async function perform(row: Row, { what, operations }: Request): Promise<Response> {
  switch (what) {
    case 'prepare':
      await seedPorts(target.database, row.ports ?? 0);
      return { done: true };
    case 'measure':
      return { sample: await row.measure(target, operations) };
    case 'floor':
      return { floor: await row.floor.measure(target) };
  }
}

/** Performs a request, in what an earlier one of the same setting left; a failure leaves nothing. */
async function performInSetting(request: Request): Promise<Response> {
  const row = rowNamed(request.row);
  // What is undone now needs a token, too.
  if (request.what === 'prepare') await renew();
  if (setting !== row.setting) await undo();
  setting = undefined;
  try {
    const response = await perform(row, request);
    setting = row.setting;
    return response;
  } finally {
    if (setting === undefined) await undo();
  }
}

async function answer(request: Request): Promise<Response> {
  try {
    return await performInSetting(request);
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const requests = createInterface({ input: process.stdin });
requests.on('close', () => process.exit(0));
for await (const line of requests) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}
