/** What is made anew in every run, by its form. A mask is as long as what it hides, so that tables stay aligned. */
const anew: readonly RegExp[] = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /\b[0-9a-f]{32}\b/g,
  /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g,
  /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?(?:\.\d{6})?/g,
  /\b192\.168\.81\.(?:1\d\d|200)\b/g,
  /(?<=segmentation_id\W+)\d+ */g,
];

/** A text without the ids, MACs, times, VNIs and addresses from the public pool in it. */
export const masked = (text: string): string =>
  anew.reduce((left, form) => left.replace(form, (found) => found.replace(/[0-9a-zA-Z]/g, '#')), text);

/** Also without what depends on the moment of the run, and on lengths of what was masked. */
const looselyMasked = (line: string): string =>
  masked(line)
    .replace(/(?<=segmentation_id\W+)#+ */, '#')
    .replace(/172\.16\.1\.\d+(?="|, as that)/g, '172.16.1.#')
    .replace(/(?<="standard_attr_id": |"(?:\w+s)": )\d+/g, '#')
    .replace(/ +/g, ' ')
    .replace(/-{3,}/g, '---');

/** The lines of a text loosely masked, in an order that ids do not change. */
export const comparable = (text: string): string[] => text.split('\n').map(looselyMasked).sort();

const names = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b/g;

/** Which of our ids stands for which recorded one, learnt from lines that are otherwise equal. */
export class Ids {
  readonly #ours = new Map<string, string>();

  learn(recorded: string, ours: string): void {
    const counts = Map.groupBy(ours.split('\n'), looselyMasked);
    for (const line of recorded.split('\n')) {
      const [twin, ...others] = counts.get(looselyMasked(line)) ?? [];
      if (twin === undefined || others.length > 0) continue;
      const found = twin.match(names) ?? [];
      for (const [index, id] of (line.match(names) ?? []).entries())
        if (!this.#ours.has(id)) this.#ours.set(id, found[index]!);
    }
  }

  translate(recorded: string): string {
    return recorded.replace(names, (id) => this.#ours.get(id) ?? id);
  }
}
