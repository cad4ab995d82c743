/** The integer that Python's int() reads in a text: signs, blanks around and single underscores between digits pass. */
export const pythonInt = (text: string): number | undefined =>
  /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;

/** What Python's int() makes of a JSON value: fractions are cut off, false and true are 0 and 1. */
export function toPythonInt(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.trunc(value) + 0;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? pythonInt(value) : undefined;
}
