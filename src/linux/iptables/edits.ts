/**
 * The lines that turn the rules of one chain into others rule by rule, which costs iptables a fraction of replacing a chain;
 * undefined when that takes as many lines, or when rules would have to change places. Rules go by their numbers, so that
 * it does not matter how iptables words them. Pure.
 */
export function editLines(
  chain: string,
  have: readonly string[],
  want: readonly string[],
): readonly string[] | undefined {
  const [present, wanted] = [new Set(have), new Set(want)];
  if (present.size < have.length || wanted.size < want.length) return undefined;
  const kept = have.filter((rule) => wanted.has(rule));
  const order = want.filter((rule) => present.has(rule));
  if (kept.some((rule, at) => rule !== order[at])) return undefined;
  // From the end, so that the numbers of those before stay.
  const removed = have.flatMap((rule, at) => (wanted.has(rule) ? [] : [`-D ${chain} ${at + 1}`])).reverse();
  let length = kept.length;
  const added = want.flatMap((rule, at) => {
    if (present.has(rule)) return [];
    length += 1;
    return [at + 1 === length ? `-A ${chain} ${rule}` : `-I ${chain} ${at + 1} ${rule}`];
  });
  return removed.length + added.length < want.length ? [...removed, ...added] : undefined;
}
