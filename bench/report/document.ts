import type { Row } from '../row.ts';
import { met, type Result } from './figures.ts';
import type { Circumstances } from './machine.ts';
import { cells, HEADINGS } from './table.ts';

const METHOD = `Two clouds of the guide (README), each with its controller and its compute host in network namespaces of one machine: one
runs this project's server and agents, the other Debian's Python Neutron 21.0, on the same configuration files:
\`api_workers = 2\`, \`rpc_workers = 1\`, Keystone, RabbitMQ, MariaDB on the machine's disk with
\`innodb_flush_log_at_trx_commit = 1\`. Rows "without Keystone" ask a second server beside the first, with
\`auth_strategy = noauth\`.

- **Turns**: the sides are measured in turns, round by round, and each begins when the processes of both have come to rest.
  Before the first round each has done the same without being counted, the peer twice, as servers in production run for long.
- **Figures** are the median of all operations of all rounds, with the 95th percentile where there are twenty or more. The
  client is the same for both; its time is in the figures.
- **CPU** is what all processes of the measured daemons used per operation, from /proc, the median of the rounds: of requests
  the server's, of what agents do theirs and the server's on all hosts, of a start the daemon's, of the client the command's
  own. dnsmasq and haproxy are not in it, nor is work that is left to do when the last answer comes.
- **Memory** is PSS: pages that processes share are counted once, in parts.
- **Floor** is what the bare database, HTTP server or kernel needs for the same work, here and now.
- **Lists**: the ports are written to both databases by the same SQL, as ML2 leaves them: bound, 1,000 a project, twenty a host.
- **Hundreds of things** that a row needs before it begins are made by a server of ours, on either side: Python's would take many
  minutes. It does not run while something is measured. Ports with taps, 200 routers and 200 networks are removed by an agent of
  ours, and those of the 200 that are to be there before an agent starts again were brought about by one. How they come about
  is watched for five minutes at most, which is why such rows count things per second; where one end is waited for, '>' says
  that it did not come.
- **Goals** of a ratio hold for time and CPU both; of growth, too, which is counted against the same row among 1,000 ports, with
  the database's CPU in it.`;

const row = (columns: readonly string[]) => `| ${columns.join(' | ')} |`;

/** The cells of the terminal, and what the floor is. */
function columnsOf(result: Result, all: readonly Result[]): string[] {
  const columns = cells(result, all);
  const floor = HEADINGS.indexOf('floor');
  if (result.floor !== undefined) columns[floor] += `: ${result.row.floor.what}`;
  return columns;
}

/** A goal that is missed: the figure, its cause and what it would take. */
function missed(result: Result, all: readonly Result[]): string {
  const columns = cells(result, all);
  const cell = (heading: (typeof HEADINGS)[number]) => columns[HEADINGS.indexOf(heading)];
  const figures = [cell('ours'), cell('ratio'), cell('CPU ratio') && `CPU ${cell('CPU ratio')}`].filter(
    Boolean,
  );
  const said = result.error
    ? `could not be measured: ${result.error.split('\n')[0]}`
    : `${figures.join(', ')} (goal ${cell('goal')})`;
  return `- **${result.row.title}**: ${said}. ${result.row.missed ?? 'The cause is not known yet.'}`;
}

/** docs/performance.md of one run; the rows that it left out are named. */
export function performanceDocument(
  all: readonly Result[],
  where: Circumstances,
  leftOut: readonly Row[] = [],
): string {
  const misses = all.filter((result) => met(result, all) === false);
  const judged = all.filter((result) => met(result, all) !== undefined);
  return `# Performance

Written by \`npm run bench -- --peer --write\` from one run: ${where.date}, commit ${where.commit}, on ${where.processors},
${where.memory}, ${where.kernel}; ${where.software}.
${judged.length - misses.length} of ${judged.length} goals are met.

## How it is measured
${METHOD}

## Figures
${row(HEADINGS)}
${row(HEADINGS.map((_, index) => (index === 0 ? '---' : '---:')))}
${all.map((result) => row(columnsOf(result, all))).join('\n')}

## Goals missed
${misses.length === 0 ? 'None.' : misses.map((result) => missed(result, all)).join('\n')}
${leftOut.length === 0 ? '' : `\n## Not measured in this run\n${leftOut.map(({ title }) => `- ${title}`).join('\n')}\n`}`;
}
