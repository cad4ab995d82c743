import type { Kysely } from 'kysely';
import { catalogue } from '../../health/catalogue/index.ts';
import { segmentNumbersUsedUp } from '../../health/catalogue/networks.ts';
import type { Finding } from '../../health/finding.ts';
import { explain } from '../../health/silence.ts';
import type { Database } from '../db/schema/index.ts';
import type { NetworkTypes } from '../ml2/types/index.ts';
import type { Ask } from './inTurn.ts';
import { findingsOf } from './judge.ts';
import type { Kind } from './kind.ts';
import { EVERYTHING, loadModel, type Model } from './model/index.ts';
import { keyOf, once } from './present.ts';

const needed = new Map(catalogue.map(({ code, lastsSeconds = 0 }) => [code, lastsSeconds]));

/** When a finding's resource was last changed, in milliseconds: the problem is no older than that, as far as one knows. */
function since({ subject }: Finding, model: Model): number {
  const places: Readonly<Record<string, ReadonlyMap<string, { readonly changed: string | null }>>> = {
    port: model.ports,
    network: model.networks,
    router: model.routers,
    floatingip: model.floatingIps,
  };
  const changed = subject && places[subject.resource]?.get(subject.id)?.changed;
  return changed ? Date.parse(`${changed.replace(' ', 'T')}Z`) : 0;
}

/** Whether a finding has lasted long enough, by times that the database keeps, so that every server says the same. */
const hasLasted = (model: Model, now: number) => (finding: Finding) =>
  now - since(finding, model) >= (needed.get(finding.code) ?? 0) * 1000;

/** What is wrong with each of a kind, without what other findings about it explain. */
function ofKind<Facts>({ all, judges }: Kind<Facts>, model: Model): Finding[] {
  return [...(all?.(model) ?? [])].flatMap((facts) => {
    const outcomes = judges.map(({ judge, standing }) => ({
      outcome: judge(facts, model),
      counts: standing?.(facts) ?? true,
    }));
    const found = once(findingsOf(outcomes.map(({ outcome }) => outcome)));
    if (found.length === 0) return [];
    const shown = new Set(explain(found, catalogue).shown.map(keyOf));
    const standing = findingsOf(outcomes.flatMap(({ outcome, counts }) => (counts ? [outcome] : [])));
    return standing.filter((finding) => shown.has(keyOf(finding)));
  });
}

const placeOf = ({ code, host, text }: Finding): string => JSON.stringify([code, host, text]);

/** What is said in the same words of many is one problem: of none of them, but of what they have in common. */
function together(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, placeOf);
  return [...groups.values()].map((group) => {
    const [first, ...others] = group as [Finding, ...Finding[]];
    const isOfOne = others.every(({ subject }) => JSON.stringify(subject) === JSON.stringify(first.subject));
    const { subject: _, ...common } = first;
    return isOfOne ? first : common;
  });
}

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** Judges whole kinds by one model. Errors come first, and of these what most resources suffer from. */
export function problemsOf(
  kinds: readonly ((model: Model) => Finding[])[],
  model: Model,
  now = Date.now(),
): Finding[] {
  const found = kinds
    .flatMap((judgeAll) => judgeAll(model))
    .filter(({ severity }) => severity !== 'info')
    .filter(hasLasted(model, now));
  const times = Map.groupBy(found, placeOf);
  const weight = (finding: Finding) => times.get(placeOf(finding))!.length;
  return together(found).toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || weight(b) - weight(a));
}

/** Everything of a kind, ready for problemsOf. */
export const standing =
  <Facts>(kind: Kind<Facts>) =>
  (model: Model): Finding[] =>
    ofKind(kind, model);

interface Looker {
  readonly db: Kysely<Database>;
  readonly ask: Ask;
  readonly downSeconds: number;
}

/** Looks at the whole deployment: a fixed number of queries, whatever there is of it, and a question to agents. */
export async function lookAtAll(
  { db, ask, downSeconds }: Looker,
  types: NetworkTypes,
  kinds: readonly ((model: Model) => Finding[])[],
): Promise<Finding[]> {
  const [stored, usedUp] = await Promise.all([loadModel(db, EVERYTHING, downSeconds), types.usedUp(db)]);
  const model = { ...stored, accounts: await ask(stored.agents) };
  const numbers = usedUp ? [segmentNumbersUsedUp.found({ types: usedUp })] : [];
  return [...numbers, ...problemsOf(kinds, model)];
}
