import { createInterface } from 'node:readline';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { nodeProgram, projectRoot } from '../../src/lab/paths.ts';
import { start } from '../../src/linux/process.ts';
import type { Row, Sample } from '../row.ts';
import type { Side } from '../side.ts';

/** A line to the measuring process. */
export interface Request {
  readonly row: string;
  readonly what: 'prepare' | 'measure' | 'floor';
  readonly operations: number;
}

/** A line back. */
export type Response =
  | { readonly done: true }
  | { readonly sample: Sample }
  | { readonly floor: number }
  | { readonly error: string };

/** A cloud that is measured by a process in its controller's network. */
export interface Remote {
  readonly side: Side;
  readonly lab: Lab;
  /** Has the database hold what the row wants. */
  prepare(row: Row): Promise<void>;
  measure(row: Row, operations: number): Promise<Sample>;
  floor(row: Row): Promise<number>;
  close(): void;
}

/** Starts the measuring process of a lab. What it says on standard error is shown. */
export function measuringProcess(lab: Lab, side: Side): Remote {
  const pid = hostNamed(lab, 'controller').pid;
  const node = [nodeProgram, '--disable-warning=ExperimentalWarning', `${projectRoot}/bench/target/main.ts`];
  const child = start(['nsenter', '-t', String(pid), '-n', '--', ...node, lab.name, side]);
  child.stderr.pipe(process.stderr, { end: false });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function ask(request: Request): Promise<Response> {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the measuring process of ${side} ended`);
    const response = JSON.parse(value) as Response;
    if ('error' in response) throw new Error(`${request.row}, ${side}: ${response.error}`);
    return response;
  }
  return {
    side,
    lab,
    async prepare(row) {
      await ask({ row: row.name, what: 'prepare', operations: 1 });
    },
    async measure(row, operations) {
      const response = await ask({ row: row.name, what: 'measure', operations });
      return (response as { sample: Sample }).sample;
    },
    async floor(row) {
      return ((await ask({ row: row.name, what: 'floor', operations: 1 })) as { floor: number }).floor;
    },
    close: () => child.stdin.end(),
  };
}
