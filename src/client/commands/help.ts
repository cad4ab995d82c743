import { type Argument, positional } from '../argparse/argument.ts';
import { helpPage } from '../argparse/help.ts';
import { type Command, type Commands, helpArgument } from '../command.ts';
import { waitArgument } from '../diagnosis/wait.ts';
import { ClientError } from '../errors.ts';
import { foreignCommands, foreignFlags, foreignService } from '../foreign.ts';
import { globalArguments, version } from '../globals.ts';
import { allNames, commandNames, findCommand, loadCommand, ownNames } from '../registry.ts';

type Print = (text: string) => void;

const program = 'neutron';

const everyCommand = (): Promise<[string, Command][]> =>
  Promise.all(commandNames.map(async (name): Promise<[string, Command]> => [name, await loadCommand(name)]));

/** Everything that a command understands. */
const argumentsOf = ({ arguments: own, waits }: Command): readonly Argument[] => [
  helpArgument,
  ...own,
  ...(waits ? [waitArgument] : []),
];

/** Prints the help of the program: its own arguments and its commands. */
export const printProgramHelp = async (print: Print): Promise<void> => {
  const own = new Map(await everyCommand());
  const width = Math.max(...allNames.map((name) => name.length));
  print(
    helpPage(
      program,
      `Command-line interface to the Neutron APIs (neutron CLI version: ${version})`,
      globalArguments(process.env),
    ),
  );
  const printOnes = (names: readonly string[]): void => {
    for (const name of names)
      print(`  ${name.padEnd(width)}  ${own.get(name)?.about ?? `Not here: ${foreignService(name)}.`}\n`);
  };
  print('\nCommands for API v2.0:\n');
  printOnes(allNames.filter((name) => !ownNames.includes(name)));
  print('\nCommands that Neutron does not have:\n');
  printOnes(ownNames);
};

/** Prints every word that may stand on a command line. */
export const printCompletion = async (print: Print): Promise<void> => {
  const words = new Set([
    ...globalArguments(process.env).flatMap(({ flags }) => flags),
    ...foreignCommands,
    ...foreignFlags,
  ]);
  for (const [name, command] of await everyCommand()) {
    words.add(name);
    for (const argument of argumentsOf(command)) for (const flag of argument.flags) words.add(flag);
  }
  print(`${[...words].join(' ')}\n`);
};

const printCommandHelp = async (words: readonly string[], print: Print): Promise<void> => {
  const start = words[0] ?? '';
  const similar = allNames.filter((name) => name.startsWith(start));
  if (similar.length > 1 && !similar.includes(start)) {
    print(`Command "${start}" matches:\n${similar.map((name) => `  ${name}\n`).join('')}`);
    return;
  }
  const { name, typed } = findCommand(words);
  const command = await loadCommand(name);
  print(helpPage(`${program} ${typed}`, command.about, argumentsOf(command)));
};

export const commands: Commands = {
  help: {
    about: 'print detailed help for another command',
    arguments: [positional('cmd', 'cmd', { nargs: '*', help: 'name of the command' })],
    async run({ args, print }) {
      const words = args.texts('cmd');
      if (words.length > 0) await printCommandHelp(words, print);
      else await printProgramHelp(print);
    },
  },
  'bash-completion': {
    about: 'Prints all of the commands and options for bash-completion.',
    arguments: [],
    async run() {
      throw new ClientError('bash-completion takes no part in a command line.');
    },
  },
};
