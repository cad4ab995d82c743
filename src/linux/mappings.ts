import { mappingMalformed, mappingTwice } from '../health/catalogue/nics.ts';
import type { Finding, Where } from '../health/finding.ts';

/** A physical network and the device that leads there on this host. */
export interface Mapping {
  readonly physicalNetwork: string;
  readonly device: string;
}

/** The mappings of this host's agent: cards that it puts into bridges, and bridges that the operator made. */
export interface Mappings {
  readonly nics: readonly Mapping[];
  readonly bridges: readonly Mapping[];
}

const split = (pair: string) => pair.split(':').map((part) => part.trim());
const isWhole = (pair: string) => split(pair).length === 2 && split(pair).every((part) => part !== '');

/** Those 'NETWORK:DEVICE' pairs that can be read. */
export const readablePairs = (pairs: readonly string[]): readonly Mapping[] =>
  pairs.filter(isWhole).map((pair) => {
    const [physicalNetwork, device] = split(pair) as [string, string];
    return { physicalNetwork, device };
  });

/** What is wrong with the pairs of one option themselves. */
export function mappingFindings(option: string, pairs: readonly string[], where: Where): readonly Finding[] {
  const malformed = pairs
    .filter((pair) => !isWhole(pair))
    .map((pair) => mappingMalformed.found({ option, pair }, where));
  const whole = pairs.filter(isWhole);
  const words = [0, 1].flatMap((part) => {
    const groups = Map.groupBy(whole, (pair) => split(pair)[part]!);
    return [...groups].filter(([, same]) => same.length > 1);
  });
  return [
    ...malformed,
    ...words.map(([word, same]) => mappingTwice.found({ option, word, pairs: same }, where)),
  ];
}
