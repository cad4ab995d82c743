import { run } from './process.ts';

export interface Flow {
  readonly family: 4 | 6;
  readonly zone?: number;
  readonly protocol?: string;
  /** Original source and destination addresses. */
  readonly source?: string;
  readonly destination?: string;
  /** Where answers go: the translated source of a flow under SNAT. */
  readonly replyDestination?: string;
}

/** Forgets the tracked connections that match, so that the rules of now decide about them. Returns how many. */
export async function deleteFlows(flow: Flow, netns?: string): Promise<number> {
  const filter: [string, string | number | undefined][] = [
    ['-p', flow.protocol],
    ['-s', flow.source],
    ['-d', flow.destination],
    ['-q', flow.replyDestination],
    ['-w', flow.zone],
  ];
  const flags = filter.flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
  const family = flow.family === 4 ? 'ipv4' : 'ipv6';
  // Exit code 1 says that nothing matched.
  const { stderr } = await run(['conntrack', '-D', '-f', family, ...flags], { netns, allowed: [0, 1] });
  return Number(/(\d+) flow entries have been deleted/.exec(stderr)?.[1] ?? 0);
}
