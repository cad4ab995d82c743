/** A word with its trailing hyphen, a run of spaces or of dashes: where a line may be broken. */
const chunk =
  /\s+|(?<=[\w!"'&.,?])-{2,}(?=\w)|\S+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\w!"'&.,?]-))(?=[\p{L}_]-?[\p{L}_])|(?=\s|$)|(?<=[\w!"'&.,?])(?=-{2,}\w))/gu;

/** Breaks text into lines of at most `width` code points, as Python's textwrap does (also after hyphens). */
export const wrap = (text: string, width: number): string[] => {
  const chunks = (text.replace(/[\t\n\v\f\r ]/g, ' ').match(chunk) ?? []).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && chunks.at(-1)!.trim() === '') chunks.pop();
    const line: string[] = [];
    let length = 0;
    while (chunks.length > 0 && length + size(chunks.at(-1)!) <= width) {
      length += size(chunks.at(-1)!);
      line.push(chunks.pop()!);
    }
    if (chunks.length > 0 && size(chunks.at(-1)!) > width) {
      const points = [...chunks.pop()!];
      const end = breakAt(points, Math.max(width - length, 1));
      line.push(points.slice(0, end).join(''));
      chunks.push(points.slice(end).join(''));
    }
    if (line.length > 0 && line.at(-1)!.trim() === '') line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
};

const size = (text: string): number => [...text].length;

const breakAt = (points: string[], space: number): number => {
  const hyphen = points.lastIndexOf('-', space - 1);
  const breakable = hyphen > 0 && points.slice(0, hyphen).some((point) => point !== '-');
  return breakable && points.length > space ? hyphen + 1 : space;
};
