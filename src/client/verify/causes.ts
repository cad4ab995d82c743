import { catalogue } from '../../health/catalogue/index.ts';
import type { Finding } from '../../health/finding.ts';
import { explain } from '../../health/silence.ts';
import { findingsOf } from '../diagnosis/ask.ts';
import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict } from '../python/value.ts';
import type { Tested } from './line.ts';

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
  const found: Finding[] = [];
  for (const { about, trace, finding } of failed) {
    const traced = trace ? await traceOf(api, trace) : [];
    const told = traced.length > 0 ? traced : (await Promise.all(about.map(diagnosed))).flat();
    found.push(...(told.length > 0 || !finding ? told : [finding]));
  }
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
