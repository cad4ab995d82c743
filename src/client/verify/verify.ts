import type { Finding } from '../../health/finding.ts';
import type { Api } from '../http/api.ts';
import { onInterrupt } from '../interrupt.ts';
import { type Dict, str } from '../python/value.ts';
import { causesOf } from './causes.ts';
import { removeLeftovers, removeOwn } from './cleanUp.ts';
import { hostTests } from './hostTests.ts';
import { labelOf } from './label.ts';
import type { Line, Tested } from './line.ts';
import { createMaker } from './maker.ts';
import { pairTests } from './pairTests.ts';
import { play } from './play.ts';
import { plugTests } from './plugTests.ts';
import { routedTests } from './routedTests.ts';
import { sender, type Test } from './sending.ts';
import { type Named, prepare, type Stage } from './stage.ts';
import { type Survey, survey } from './survey.ts';

export interface Options extends Named {
  /** Those to test; all when empty. */
  readonly hosts: readonly string[];
  /** An address beyond the LAN that is to answer. */
  readonly outside: string | undefined;
  /** Leave everything as it is at the end, for a look. */
  readonly keep: boolean;
}

export interface Report {
  readonly result: 'pass' | 'fail';
  readonly lines: readonly Line[];
  /** Why tests failed, root causes first. */
  readonly problems: readonly Finding[];
  /** What could not be removed again. */
  readonly left: readonly string[];
}

const MINUTES = { usual: 5, keep: 60 } as const;

/** Tries the whole network with ports of its own, and removes them. `tell` hears of each line as it is known. */
export async function verify(api: Api, options: Options, tell: (line: Line) => void): Promise<Report> {
  const found = await survey(api, options);
  const before = await removeLeftovers(api);
  const label = labelOf();
  const maker = createMaker(api, label);
  let left: readonly string[] = before;
  const cleanUp = async () => {
    onInterrupt(undefined);
    await maker.end();
    if (!options.keep) left = [...before, ...(await removeOwn(api, label))];
  };
  onInterrupt(cleanUp);
  const tested = deadAgents(found);
  const hear = (one: Tested) => tell(one.line);
  for (const one of tested) hear(one);
  let problems: readonly Finding[] = [];
  try {
    if (found.hosts.length > 0) {
      const stage = await prepare(api, maker, found, options);
      tested.push(...(await playAll(api, stage, found, options, hear)));
    }
    problems = await causesOf(api, tested);
  } finally {
    await cleanUp();
  }
  const lines = tested.map(({ line }) => line);
  const passes =
    lines.some(({ result }) => result === 'pass') && !lines.some(({ result }) => result === 'fail');
  return { result: passes ? 'pass' : 'fail', lines, problems, left };
}

async function playAll(
  api: Api,
  stage: Stage,
  found: Survey,
  options: Options,
  hear: (tested: Tested) => void,
): Promise<Tested[]> {
  const send = sender(api, options.keep ? MINUTES.keep : MINUTES.usual);
  const always = () => undefined;
  const plugging = await play(plugTests(stage, send), always, hear);
  /** Why nothing can be tried from a port, by the port's path. */
  const useless = new Map(
    plugging.flatMap(({ line, about }) =>
      line.result === 'pass' ? [] : [[about[0]!, `no port could be plugged in on ${line.from}`] as const],
    ),
  );
  const unusable = ({ ports }: Test) => ports.map(({ id }) => useless.get(`ports/${id}`)).find(Boolean);
  const { leases, metadata } = hostTests(api, stage, found, send);
  const rest = [...pairTests(stage, send), ...metadata, ...routedTests(stage, options.outside, send)];
  return [...plugging, ...(await play(leases, unusable, hear)), ...(await play(rest, unusable, hear))];
}

/** Agents that do not report any more are a failure of their own, whatever still works. */
const deadAgents = ({ dead }: Survey): Tested[] =>
  dead.map((agent: Dict) => ({
    line: {
      check: str(agent.agent_type ?? null),
      from: str(agent.host ?? null),
      result: 'fail',
      evidence: [`it has not reported since ${str(agent.heartbeat_timestamp ?? null)} UTC`],
      seconds: 0,
    },
    about: [`agents/${str(agent.id ?? null)}`],
  }));
