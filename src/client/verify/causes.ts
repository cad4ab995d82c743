import { catalogue } from '../../health/catalogue/index.ts';
import type { Finding } from '../../health/finding.ts';
import { explain } from '../../health/silence.ts';
import { findingsOf } from '../diagnosis/ask.ts';
import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict } from '../python/value.ts';
import type { Tested } from './line.ts';
import { turns } from './turns.ts';

/** Traces at a time: each has packets sent from several hosts. */
const AT_ONCE = 4;

/** What a trace says that has found nothing but that there is no answer, which is known already. */
const VAGUE = ['path_unanswered', 'machine_silent'];

/**
 * Why tests failed, root causes first: what a trace of the lost packet finds, else what the objects' diagnoses say, else
 * what the measurement itself says.
 */
export async function causesOf(api: Api, tested: readonly Tested[]): Promise<readonly Finding[]> {
  const failed = tested.filter(({ line }) => line.result === 'fail');
  const diagnoses = new Map<string, Promise<Finding[]>>();
  const diagnosed = (path: string): Promise<Finding[]> => {
    const known = diagnoses.get(path) ?? diagnosis(api, path);
    diagnoses.set(path, known);
    return known;
  };
  const inTurn = turns(AT_ONCE);
  const causeOf = async ({ about, trace, finding }: Tested): Promise<readonly Finding[]> => {
    const traced = trace ? await traceOf(api, trace) : [];
    if (traced.some(({ code }) => !VAGUE.includes(code))) return traced;
    const told = (await Promise.all(about.map(diagnosed))).flat();
    if (told.length > 0) return told;
    return finding ? [finding] : traced;
  };
  const found = (await Promise.all(failed.map((one) => inTurn(() => causeOf(one))))).flat();
  return explain(distinct(found), catalogue).shown;
}

const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((one) => [`${one.code} ${one.host} ${one.text}`, one])).values(),
];

const serious = (findings: readonly Finding[]) => findings.filter(({ severity }) => severity !== 'info');

const diagnosis = (api: Api, path: string): Promise<Finding[]> =>
  answered(async () => {
    const { diagnosis: told } = await api.get(`/${path}/diagnosis`);
    return isDict(told) ? findingsOf(told.problems) : [];
  });

const traceOf = (api: Api, trace: Dict): Promise<Finding[]> =>
  answered(async () => {
    const { trace: told } = await api.post('/nts-traces', { trace });
    return isDict(told) ? findingsOf(told.problems) : [];
  });

/** What cannot be asked tells nothing: the measurement then has the word. */
async function answered(ask: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return serious(await ask());
  } catch (error) {
    if (error instanceof ClientError) return [];
    throw error;
  }
}
