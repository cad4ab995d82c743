/** Reads command lines from stdin until its end or `quit`, running each; returns the exit status. */
export const interact = async (run: (words: readonly string[]) => Promise<void>): Promise<number> => {
  const { createInterface } = process.getBuiltinModule('node:readline');
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: '(neutron) ',
    terminal: process.stdin.isTTY === true,
  });
  lines.prompt();
  for await (const line of lines) {
    const words = splitWords(line);
    if (words[0] === 'quit' || words[0] === 'exit' || words[0] === 'q') break;
    if (words.length > 0) await run(words);
    lines.prompt();
  }
  lines.close();
  return 0;
};

/** Splits a line as a shell would: blanks separate, quotes and backslashes keep together. */
export const splitWords = (line: string): string[] => {
  const words = line.match(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
      (_, escaped, single, double) => escaped ?? single ?? double.replace(/\\(["\\])/g, '$1'),
    ),
  );
};
