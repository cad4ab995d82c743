import { elapsed } from '../measure.ts';
import { percentile } from '../report/figures.ts';
import type { Floor } from '../row.ts';
import type { Target } from '../target/target.ts';

const TABLE = 'bench_floor';
const LOOPS = 200;

/** Milliseconds of transactions, the median, that write so many rows each in one round trip and are durable when they end. */
async function durableCommit({ database }: Target, rows: number): Promise<number> {
  await database.query(
    `create table ${TABLE} (id bigint auto_increment primary key, payload varchar(255)) engine=InnoDB`,
  );
  try {
    const insert = `insert into ${TABLE} (payload) values (repeat('x', 100));`;
    const transaction = `begin; ${insert.repeat(rows)} commit`;
    const values: number[] = [];
    for (let loop = 0; loop < LOOPS; loop += 1) values.push(await elapsed(() => database.query(transaction)));
    return percentile(values, 0.5);
  } finally {
    await database.query(`drop table ${TABLE}`);
  }
}

/** So many durable commits of so many rows each, in milliseconds. */
export const commits = (count: number, rows: number): Floor => ({
  what: `${count === 1 ? 'a durable commit' : `${count} durable commits`} of ${rows} rows${count === 1 ? '' : ' each'}`,
  measure: async (target) => count * (await durableCommit(target, rows)),
});

/** Durable commits of so many rows each that one connection does in a second. */
export const commitRate = (rows: number): Floor => ({
  what: `durable commits of ${rows} rows, one after the other`,
  measure: async (target) => 1000 / (await durableCommit(target, rows)),
});
