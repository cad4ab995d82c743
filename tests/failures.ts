/** A test that failed, and what its error says, on one line. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

const REASON_CHARACTERS = 400;

/** What the block of an error says, indented by more than the word itself; or what stands on its line. */
function reasonFrom(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.trim().startsWith('error:'));
  if (start === -1) return '';
  const [line, ...rest] = lines.slice(start);
  const indent = line!.search(/\S/);
  const text = line!.trim().slice('error:'.length).trim();
  if (!/^[|>]-?$/.test(text)) return text;
  const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= indent);
  return rest.slice(0, end === -1 ? undefined : end).join(' ');
}

/** The failed tests of a TAP report. Those that a known difference is named for (TODO) and suites of failed tests are not among them. */
export function failuresIn(tap: string): Failure[] {
  const lines = tap.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^\s*not ok \d+ - (.*)$/.exec(line)?.[1];
    if (name === undefined || / # TODO/.test(name)) return [];
    const end = lines.findIndex((next, at) => at > index && next.trim() === '...');
    const block = lines.slice(index + 1, end === -1 ? undefined : end);
    if (block.some((one) => one.includes("failureType: 'subtestsFailed'"))) return [];
    return [{ name, reason: reasonFrom(block).replaceAll(/\s+/g, ' ').trim().slice(0, REASON_CHARACTERS) }];
  });
}
