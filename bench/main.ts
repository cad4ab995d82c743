import { readFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forgetCredentials } from '../src/lab/credentials.ts';
import { installPackages } from '../src/lab/packages.ts';
import { projectRoot } from '../src/lab/paths.ts';
import { cloudsFor } from './clouds.ts';
import { performanceDocument } from './report/document.ts';
import type { Result } from './report/figures.ts';
import { circumstances } from './report/machine.ts';
import { resumed } from './report/resume.ts';
import { terminalTable } from './report/table.ts';
import type { Row } from './row.ts';
import { rows } from './rows/index.ts';
import { inOrder, measureRow } from './run.ts';
import type { Side } from './side.ts';

const USAGE = `usage: npm run bench -- [WORD ...] [--peer] [--json FILE] [--write] [--list]
  WORD         a row's name, or a part of several rows' names; every row when there is none
  --peer       Python Neutron beside ours, in turns
  --json FILE  the figures for programs
  --resume     with --json: goes on with an interrupted run of the same commit, behind the rows that FILE has
  --write      with --peer: writes docs/performance.md, after each row anew
  --list       the rows there are
`;

const DOCUMENT = join(projectRoot, 'docs', 'performance.md');

const say = (line: string) => void process.stderr.write(`${line}\n`);

const rowsOf = (word: string): readonly Row[] => {
  const named = rows.filter(({ name }) => name === word);
  return named.length > 0 ? named : rows.filter(({ name }) => name.includes(word));
};

function chosen(words: readonly string[]): readonly Row[] {
  const idle = words.find((word) => rowsOf(word).length === 0);
  if (idle !== undefined) throw new Error(`no row has ${idle} in its name: --list tells them`);
  const meant = new Set(words.flatMap(rowsOf));
  return words.length === 0 ? rows : rows.filter((row) => meant.has(row));
}

/**
 * Measures what is selected and not among the results that are `known`. `keep` is given all results so far, after each row:
 * a long run that ends early has not been for nothing.
 */
async function measure(
  selected: readonly Row[],
  known: readonly Result[],
  sides: readonly Side[],
  keep: (results: readonly Result[]) => Promise<void>,
): Promise<Result[]> {
  const clouds = await cloudsFor(`bench${process.pid}`);
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      interrupted = true;
      void clouds.close().then(() => process.exit(128 + constants.signals[signal]));
    });
  try {
    const opened = [];
    for (const side of sides) opened.push(await clouds.open(side, say));
    const results = [...known];
    for (const row of inOrder(selected).filter((one) => !known.some((result) => result.row === one))) {
      const start = performance.now();
      const result = await measureRow(row, opened);
      if (interrupted) await new Promise<never>(() => {}); // the handler ends the process
      results.push(result);
      await keep(selected.flatMap((one) => results.find((each) => each.row === one) ?? []));
      const line = terminalTable([result]).split('\n').slice(1).join('\n');
      say(`${line}  [${row.name}, ${Math.round((performance.now() - start) / 1000)} s]`);
    }
    return selected.map((row) => results.find((result) => result.row === row)!);
  } finally {
    await clouds.close();
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      peer: { type: 'boolean', default: false },
      json: { type: 'string' },
      resume: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const selected = chosen(positionals);
  if (values.list) {
    for (const { name, title } of selected) process.stdout.write(`${name.padEnd(28)}  ${title}\n`);
    return 0;
  }
  if (values.write && !values.peer)
    throw new Error('--write is for a run with --peer: the document compares');
  if (values.resume && values.json === undefined)
    throw new Error('--resume needs the run to resume: --json FILE');
  await installPackages('npm run bench', 'BASE', 'SERVER', ...(values.peer ? (['PYTHON'] as const) : []));
  const now = await circumstances();
  const { where, results: known } =
    values.resume && values.json
      ? resumed(await readFile(values.json, 'utf8'), now, rows)
      : { where: now, results: [] };
  const keep = async (results: readonly Result[]) => {
    if (values.json) await writeFile(values.json, `${JSON.stringify({ ...where, results }, null, 2)}\n`);
    const leftOut = rows.filter((row) => !results.some((result) => result.row === row));
    if (values.write) await writeFile(DOCUMENT, performanceDocument(results, where, leftOut));
  };
  const results = await measure(selected, known, values.peer ? ['ours', 'peer'] : ['ours'], keep);
  process.stdout.write(`${terminalTable(results)}\n`);
  return results.some(({ error }) => error) ? 1 : 0;
}

forgetCredentials();
process.exitCode = await main().catch((error: Error) => {
  say(`bench: ${error.message}`);
  return 1;
});
