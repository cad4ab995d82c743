import { bareAnswer, bareMemory } from '../floors/bareAnswer.ts';
import { oneByOne } from '../measure.ts';
import { amount } from '../report/amount.ts';
import type { Goal, Row } from '../row.ts';
import { memoryOf, mostMoreWhile } from '../target/memory.ts';
import { seededId } from '../target/seed.ts';
import type { Target } from '../target/target.ts';

interface Size {
  readonly ports: number;
  readonly goal: Goal;
  readonly rounds: Row['rounds'];
  readonly operations: Row['operations'];
}

const times = { times: 20 };
const SIZES: readonly Size[] = [
  { ports: 100, goal: times, rounds: { ours: 3, peer: 3 }, operations: { ours: 1000, peer: 5 } },
  { ports: 1_000, goal: times, rounds: { ours: 3, peer: 3 }, operations: { ours: 150, peer: 2 } },
  { ports: 10_000, goal: times, rounds: { ours: 3, peer: 2 }, operations: { ours: 10, peer: 1 } },
  {
    ports: 100_000,
    goal: { ...times, atMost: 2000 },
    rounds: { ours: 3, peer: 1 },
    operations: { ours: 1, peer: 1 },
  },
];
const BIG = SIZES.filter(({ ports }) => ports >= 10_000);

/** As a profile of a worker and the statements alone show. */
const missed =
  'More than half of the time goes into making ports of rows and JSON of ports, the rest into the statements for the rows and for six tables with what else a port has; each finds what it wants by an index. It would take ports that the database itself makes JSON of; it was not tried.';

/** As the rows of pages beside them show. */
const MISSED_BY_PORTS =
  'It takes as long as a page of as many ports (16 and 15 ms beside the peer, these two rows alone, 30 November; a slower run is the machine’s: EXPLAIN shows the same plans among 10,000 and 100,000). Of that the database takes 11 ms for seven statements one after the other, half of it for the rows; the rest goes into making ports of rows and JSON of ports. It would take ports that the database itself makes JSON of, or statements on two connections at once; neither was tried.';
/** As looked at every 20 ms with v8.getHeapSpaceStatistics, and tried with V8's options. */
const MISSED_BY_GARBAGE =
  'V8’s space for what is young takes 32 MiB; the ids of all ports, which one statement reads, 20; and up to 38 are text of pieces that were sent, which V8 takes for old. Less space for the young makes more of it old (175 MiB), as do smaller texts (171); collecting at half the growth keeps it below 96 but takes a tenth more time. It would take text that is no object of V8.';
/** By the floor beside them. */
const MISSED_BY_BARE_ANSWER =
  'A bare answer of the same body takes half of the time; what is left is a request’s way through the server, and one round trip to MariaDB, which looks up a dozen tables. It would take half of that: an answer that asks the database nothing, which could be stale.';

/** A list of ports; `query` of number n of the requests. */
const listing = (
  size: Size,
  name: string,
  title: string,
  query: (n: number) => string,
  more: Partial<Row> = {},
): Row => ({
  name: `port-list-${size.ports}${name}`,
  title: `list ${amount(size.ports)} ports${title}`,
  unit: 'ms',
  missed,
  ...size,
  measure: (target, operations) =>
    oneByOne(target, operations, (n) => target.api.ask('GET', `ports${query(n)}`)),
  floor: bareAnswer(({ api }) => api.ask('GET', `ports${query(0)}`), 5),
  ...more,
});

/** Few items of many: as quick as among few, so it may be done often. */
const often = { goal: times, rounds: { ours: 3, peer: 2 }, operations: { ours: 500, peer: 4 } };

const PAGE = 1000;

/** Pages one after the other, each from where the last ended; behind the last full one the first again. */
function pages({ api }: Target, ports: number): (n: number) => Promise<void> {
  const full = ports / PAGE;
  let marker = '';
  return async (n) => {
    const page = await api.list('ports', `?limit=${PAGE}${marker}`);
    marker = n % full === full - 1 ? '' : `&marker=${page.at(-1)!.id}`;
  };
}

export const portList: readonly Row[] = [
  ...SIZES.map((size) => listing(size, '', '', () => '')),
  ...SIZES.map((size) => listing(size, '-ids', ', fields=id', () => '?fields=id', { goal: times })),
  ...BIG.map((size) =>
    listing(size, '-device', ', one device_id', (n) => `?device_id=machine-${100 + n}`, {
      ...often,
      missed: MISSED_BY_BARE_ANSWER,
    }),
  ),
  ...BIG.map((size) =>
    listing(size, '-network', ', one network of 1,000', (n) => `?network_id=${seededId('network', n % 10)}`, {
      ...often,
      missed: MISSED_BY_PORTS,
    }),
  ),
  ...BIG.map((size) => ({
    ...listing(size, '-paged', ', a page of 1,000', () => `?limit=${PAGE}`, often),
    measure: (target: Target, operations: number) => oneByOne(target, operations, pages(target, size.ports)),
  })),
  {
    name: 'port-list-memory',
    title: 'list 100,000 ports: memory that the server takes for it',
    unit: 'MiB',
    goal: { times: 2, atMost: 100 },
    missed: MISSED_BY_GARBAGE,
    ports: 100_000,
    rounds: { ours: 2, peer: 1 },
    async measure(target) {
      return {
        values: [
          await mostMoreWhile(
            () => memoryOf(target, 'neutron-server'),
            () => target.api.ask('GET', 'ports'),
          ),
        ],
      };
    },
    floor: bareMemory(({ api }) => api.ask('GET', 'ports')),
  },
];
