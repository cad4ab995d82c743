import type { AgentSelf, Comparison } from '../../rpc/diagnosis.ts';
import { type Dict, isDict } from '../python/value.ts';

/** What an agent says of itself in its diagnosis (`self`), for people. */

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const driftText = ({ drift, healed }: Comparison): string => {
  if (drift.length === 0) return 'nothing differed';
  const found = drift.map(({ text, evidence }) => [text, ...evidence].join(': '));
  return `${found.join('; ')}; ${healed ? 'healed' : 'not healed'}`;
};

const comparisonText = (comparison: Comparison): string => {
  const kinds = Object.entries(comparison.compared).map(([kind, count]) => `${count} ${kind}`);
  return `Last compared with the kernel at ${comparison.at} (${kinds.join(', ') || 'nothing to compare'}): ${driftText(comparison)}`;
};

const standing = ({ comparison, lastDrift, resync, waiting, failing }: AgentSelf): string =>
  [
    comparison ? comparisonText(comparison) : 'Not compared with the kernel yet',
    ...(lastDrift && lastDrift.at !== comparison?.at
      ? [`Last difference at ${lastDrift.at}: ${driftText(lastDrift)}`]
      : []),
    resync ? `Full resync: ${resync.done} of ${resync.total} done` : 'No full resync under way',
    `${counted(waiting, 'item')} to be applied`,
    ...failing.map(({ item, error, failures }) => `${item} failed ${counted(failures, 'time')}: ${error}`),
  ].join('. ');

/** The line about how an agent stands, when its diagnosis says; none for an agent that did not answer. */
export const selfLines = ({ self }: Dict): readonly string[] =>
  isDict(self) ? [`Agent: ${standing(self as unknown as AgentSelf)}.`] : [];
