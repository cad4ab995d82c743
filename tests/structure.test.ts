import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const files = globSync('{src,bench}/**/*.ts', { cwd: root });
const text = (file: string) => readFileSync(join(root, file), 'utf8');

/** The room of a file: the folder below src/; bench/ is one as a whole. */
const roomOf = (file: string) => (file.startsWith('src/') ? file.split('/')[1]! : file.split('/')[0]!);

/** Tests and what only they use; they start the servers that they test against. */
const isForTests = (file: string) => /\.test\.ts$|\/testing\.ts$|\/testing\//.test(file);

const importsOf = (file: string): string[] =>
  [...text(file).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(root, join(root, dirname(file), match[1]!)),
  );

/** Rooms that a room must never import, each with the reason. */
const FORBIDDEN: readonly { from: string; to: string; why: string }[] = [
  {
    from: 'server',
    to: 'agents',
    why: 'they meet only at the RPC interfaces, so that either can be swapped',
  },
  {
    from: 'agents',
    to: 'server',
    why: 'they meet only at the RPC interfaces, so that either can be swapped',
  },
  { from: 'client', to: 'server', why: 'the client knows the server by its REST API alone' },
  { from: 'client', to: 'agents', why: 'the client knows the server by its REST API alone' },
  { from: 'server', to: 'lab', why: 'the product does not know its test bed' },
  { from: 'agents', to: 'lab', why: 'the product does not know its test bed' },
  { from: 'client', to: 'lab', why: 'the product does not know its test bed' },
  { from: 'net', to: 'config', why: 'net is pure' },
  { from: 'net', to: 'linux', why: 'net is pure' },
  { from: 'health', to: 'linux', why: 'the catalogue says what is wrong; others look' },
  { from: 'health', to: 'config', why: 'the catalogue says what is wrong; others look' },
  { from: 'doctor', to: 'agents', why: 'it asks them by RPC, and works where none is installed' },
  { from: 'doctor', to: 'lab', why: 'the product does not know its test bed' },
  ...['server', 'agents', 'client'].map((from) => ({
    from,
    to: 'doctor',
    why: 'what they share with it stands in health, linux or rpc',
  })),
  ...['collect', 'config', 'health', 'log', 'net', 'rpc', 'messaging', 'resources', 'linux'].flatMap((from) =>
    ['server', 'agents', 'client', 'doctor', 'lab'].map((to) => ({
      from,
      to,
      why: 'shared rooms do not know who uses them',
    })),
  ),
];

const NOBODYS = { to: 'bench', why: 'the benchmarks use everything, and nothing uses them' };

test('dependencies point one way', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file).flatMap((target) =>
      [...FORBIDDEN, ...(file.startsWith('src/') ? [{ from: roomOf(file), ...NOBODYS }] : [])]
        .filter((rule) => rule.from === roomOf(file) && rule.to === roomOf(target))
        .map((rule) => `${file} imports ${target}: ${rule.why}`),
    ),
  );
  assert.deepEqual(wrong, []);
});

/** Rooms in which files may import each other, and why. */
const CIRCLES: readonly { where: RegExp; why: string }[] = [
  { where: /^src\/resources\/validators\//, why: 'the rule for a dictionary applies rules to its values' },
  { where: /^src\/client\/(registry|commands\/help)\.ts$/, why: 'help is a command, and lists them all' },
];

test('imports go round in no circle', () => {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  /** Everything that a file comes to by imports, one after the other. */
  const reached = (file: string): Set<string> => {
    const found = new Set<string>();
    const open = [file];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const target of imports.get(next) ?? []) {
        if (found.has(target)) continue;
        found.add(target);
        open.push(target);
      }
    }
    return found;
  };
  const round = files.filter((file) => reached(file).has(file));
  assert.deepEqual(
    round.filter((file) => !CIRCLES.some(({ where }) => where.test(file))),
    [],
  );
});

/** Who else may use what is for tests, and why. */
const BORROWERS: readonly { where: RegExp; why: string }[] = [
  { where: /^bench\/sim\//, why: 'starts a database and a broker of its own, as tests do' },
];

test('only tests import what is for tests', () => {
  const wrong = files.filter(
    (file) =>
      !isForTests(file) &&
      !BORROWERS.some((rule) => rule.where.test(file)) &&
      importsOf(file).some(isForTests),
  );
  assert.deepEqual(wrong, []);
});

/** Who may start processes, and why. */
const SPAWNERS: readonly { where: RegExp; why: string }[] = [
  { where: /^src\/linux\//, why: 'the only room that touches the kernel or spawns programs' },
  { where: /^src\/lab\/host\.ts$/, why: 'starts the keeper of a host, which must outlive the command' },
  { where: /^src\/lab\/traffic\/pings\.ts$/, why: 'ends ping by a signal to its whole process group' },
  { where: /^src\/server\/workers/, why: 'api_workers and rpc_workers are processes of the server itself' },
];

test('only src/linux spawns programs', () => {
  const wrong = files.filter(
    (file) =>
      /from 'node:(child_process|cluster)'/.test(text(file)) &&
      !isForTests(file) &&
      !SPAWNERS.some((rule) => rule.where.test(file)),
  );
  assert.deepEqual(wrong, []);
});

test('no file is above 600 lines, the median is at most 100', () => {
  const sizes = files
    .map((file) => ({ file, lines: text(file).split('\n').length }))
    .sort((a, b) => a.lines - b.lines);
  assert.deepEqual(
    sizes.filter(({ lines }) => lines > 600),
    [],
  );
  assert.ok(sizes[Math.floor(sizes.length / 2)]!.lines <= 100);
});

test('compiled code is kept only where nobody else can write', () => {
  const launchers = globSync('bin/*', { cwd: root });
  assert.ok(launchers.length > 0);
  const wrong = [...launchers, ...files].filter((file) =>
    file.startsWith('bin/') ? text(file).includes('/tmp') : /\benableCompileCache\(/.test(text(file)),
  );
  assert.deepEqual(wrong, []);
});
