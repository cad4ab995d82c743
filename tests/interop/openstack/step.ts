import assert from 'node:assert/strict';

/** Ids that earlier commands showed, by the name that later lines have them under: `{name}`. */
export type Kept = Map<string, string>;

/** A command line of the openstack client, and what must be true of its outcome. */
export interface OpenstackStep {
  readonly line: string;
  /** Given when the command must fail: what standard error says. */
  readonly refused?: RegExp;
  check(stdout: string, kept: Kept): void;
}

export type Row = Readonly<Record<string, unknown>>;

/** The line with what was kept in place of its `{name}`s. */
export const filled = (line: string, kept: Kept): string =>
  line.replace(/\{(\w+)\}/g, (whole, name) => kept.get(name) ?? whole);

/** A command that prints nothing. */
export const done = (line: string): OpenstackStep => ({
  line,
  check: (stdout) => assert.equal(stdout, ''),
});

/** A command that shows one resource, with these values among others; a RegExp stands for what it matches. */
export const shown = (line: string, expected: Row): OpenstackStep => ({
  line: `${line} -f json`,
  check(stdout) {
    const row = JSON.parse(stdout) as Row;
    const names = Object.keys(expected);
    const fits = (name: string) => {
      const [wanted, found] = [expected[name], row[name]];
      return wanted instanceof RegExp && wanted.test(String(found)) ? found : wanted;
    };
    assert.deepEqual(
      Object.fromEntries(names.map((name) => [name, row[name]])),
      Object.fromEntries(names.map((name) => [name, fits(name)])),
    );
  },
});

const column = (stdout: string, name: string): unknown[] =>
  (JSON.parse(stdout) as Row[]).map((row) => row[name]);

/** A command that lists resources: one column's values, in any order. */
export const listed = (line: string, name: string, expected: readonly unknown[]): OpenstackStep => ({
  line: `${line} -f json`,
  check: (stdout) => assert.deepEqual(column(stdout, name).sort(), [...expected].sort()),
});

/** A list that has these values in one column, among others. */
export const includes = (line: string, name: string, expected: readonly unknown[]): OpenstackStep => ({
  line: `${line} -f json`,
  check(stdout) {
    const values = new Set(column(stdout, name));
    for (const value of expected) assert.ok(values.has(value), `${value} is not in ${[...values]}`);
  },
});

/** A command that is refused, with the reason on standard error. */
export const refused = (line: string, why: RegExp): OpenstackStep => ({
  line,
  refused: why,
  check: (stdout) => assert.equal(stdout.trim(), ''),
});

/** The step, after which lines may name the id of what it shows, or of the first that it lists. */
export const keep = (name: string, step: OpenstackStep): OpenstackStep => ({
  ...step,
  check(stdout, kept) {
    step.check(stdout, kept);
    const parsed = JSON.parse(stdout) as Row | Row[];
    const row = Array.isArray(parsed) ? parsed[0]! : parsed;
    kept.set(name, String(row.id ?? row.ID));
  },
});
