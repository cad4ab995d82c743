/** The integer that Python's int() reads in a text: signs, blanks around and single underscores between digits are let pass. */
export const pythonInt = (text: string): number | undefined =>
  /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;
