import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allNames, commandNames, findCommand, loadCommand, ownNames } from './registry.ts';
import { commandLines } from './testing/commandLines.ts';
import { optionLines } from './testing/optionLines.ts';

const facts = fileURLToPath(new URL('../../../shared/reference/cli.json', import.meta.url));
const skip = existsSync(facts)
  ? false
  : 'the facts about the original client (../shared/reference/cli.json) are not here';

interface Fact {
  readonly flags?: readonly string[];
  readonly dest: string;
  readonly hidden?: boolean;
  readonly choices?: readonly (string | number)[];
  readonly metavar?: string;
  readonly nargs?: string | number;
  readonly required?: boolean;
}

interface CommandFacts {
  readonly options?: readonly Fact[];
  readonly positionals?: readonly Fact[];
}

const describeFact = (fact: Fact): unknown => ({
  flags: fact.flags ?? [],
  dest: fact.dest,
  hidden: fact.hidden ?? false,
  choices: fact.choices ?? null,
  metavar: (fact.hidden ? undefined : fact.metavar) ?? null,
  nargs: typeof fact.nargs === 'string' ? fact.nargs : null,
  required: fact.required ?? false,
});

const describePositional = ({ dest, metavar, nargs }: Fact): unknown => ({
  dest,
  metavar: metavar === dest ? undefined : metavar,
  nargs,
});

const isOurs = (name: string): boolean => commandNames.includes(name);

describe('the commands take what the original takes', { skip }, () => {
  const known: Record<string, CommandFacts> = skip ? {} : JSON.parse(readFileSync(facts, 'utf8')).commands;
  for (const [name, fact] of Object.entries(known).filter(([each]) => isOurs(each) && each !== 'help'))
    test(name, async () => {
      const command = await loadCommand(name);
      const own = command.arguments.filter(
        ({ section }) => !/formatter|Formatter/.test(section?.title ?? ''),
      );
      assert.deepEqual(
        own.filter(({ flags }) => flags.length > 0).map(describeFact),
        (fact.options ?? []).map(describeFact),
      );
      assert.deepEqual(
        own.filter(({ flags }) => flags.length === 0).map(describePositional),
        (fact.positionals ?? []).map(describePositional),
      );
    });

  test('every command of the original is ours, or of a service that is named', () => {
    assert.deepEqual(
      allNames.filter((name) => !ownNames.includes(name)),
      Object.keys(known).sort(),
    );
    for (const name of allNames.filter((each) => !isOurs(each)))
      assert.throws(() => findCommand([name]), { message: /^[\w-]+: .* is a separate service, which/ }, name);
  });
});

test('every file has the commands that the registry names', async () => {
  for (const name of commandNames) assert.ok((await loadCommand(name)).about, name);
});

test('each option of each command is in a line that is compared with the original', async () => {
  const lines = Map.groupBy([...commandLines, ...optionLines], (line) => line.split(' ')[0]);
  const compared = commandNames.filter((each) => ![...ownNames, 'help', 'bash-completion'].includes(each));
  for (const name of compared) {
    const words = new Set((lines.get(name) ?? []).flatMap((line) => line.split(/[ =]/)));
    assert.ok(words.size > 0, `${name} is in no line`);
    // Its --field and --show-details make the original fail.
    if (name === 'qos-minimum-bandwidth-rule-show') continue;
    for (const { flags, hidden, section } of (await loadCommand(name)).arguments)
      if (flags.length > 0 && !hidden && !/formatter/i.test(section?.title ?? ''))
        assert.ok(
          flags.some((flag) => words.has(flag)),
          `${name} ${flags}`,
        );
  }
});

test('a command may be abbreviated as long as it is unique', () => {
  assert.equal(findCommand(['net-cr', 'x']).name, 'net-create');
  assert.equal(findCommand(['net-list']).name, 'net-list');
  assert.throws(() => findCommand(['net', 'x']), { message: "Unknown command ['net', 'x']" });
  assert.throws(() => findCommand(['lbaas']), { message: "Unknown command ['lbaas']" });
  assert.throws(() => findCommand([]), { message: 'Unknown command []' });
});

test('commands of our own take no abbreviation from one of the original', () => {
  const original = allNames.filter((name) => !ownNames.includes(name));
  for (const name of ownNames)
    for (let length = 1; length <= name.length; length++) {
      const typed = name.slice(0, length);
      assert.notEqual(original.filter((each) => each.startsWith(typed)).length, 1, typed);
    }
});
