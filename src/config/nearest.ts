/** Number of single-character insertions, deletions, replacements and swaps of neighbours between two words. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, beforePrevious[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

/**
 * The candidates that the word was probably meant to be, equally near: at most a quarter of it (at least one letter)
 * differs; of two at the same distance the one of the word's own length counts.
 */
export function nearestOnes(word: string, candidates: Iterable<string>): readonly string[] {
  const lower = word.toLowerCase();
  let best: string[] = [];
  let least = Math.max(1, Math.floor(word.length / 4)) + 1;
  for (const candidate of candidates) {
    const longer = Math.abs(candidate.length - word.length);
    if (longer >= least) continue;
    const distance = editDistance(lower, candidate.toLowerCase()) + (longer === 0 ? 0 : 0.5);
    if (distance < least) best = [candidate];
    else if (distance === least) best.push(candidate);
    least = Math.min(distance, least);
  }
  return best;
}

/** The first of the nearest. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined =>
  nearestOnes(word, candidates)[0];
