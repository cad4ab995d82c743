import type { Finding } from '../../health/finding.ts';
import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict, type Json, str } from '../python/value.ts';
import type { Resource } from '../resources.ts';

/** The additions of ours to Neutron's API (the extension nts-diagnosis), as a client asks them. */

export const ALIAS = 'nts-diagnosis';

/** The answer of `GET /v2.0/RESOURCES/ID/diagnosis`, inside its key. Fails as any request does. */
export const diagnose = async (api: Api, { path }: Resource, id: string): Promise<Dict> => {
  const { diagnosis } = await api.get(`${path}/${id}/diagnosis`);
  return isDict(diagnosis) ? diagnosis : {};
};

/** As `diagnose`; undefined from a server that does not answer it: Python's, or one that does not let this user. */
export const diagnoseIfServed = async (
  api: Api,
  resource: Resource,
  id: string,
): Promise<Dict | undefined> => {
  try {
    return await diagnose(api, resource, id);
  } catch (error) {
    if (error instanceof ClientError) return undefined;
    throw error;
  }
};

const isFinding = (value: Json): boolean =>
  isDict(value) &&
  ['code', 'severity', 'text', 'cause', 'fix'].every((name) => typeof value[name] === 'string');

/** The findings of an answer; what is none is left out. */
export const findingsOf = (value: Json | undefined): Finding[] =>
  (Array.isArray(value) ? value : [])
    .filter(isFinding)
    .map((one) => ({ evidence: [], ...(one as object) }) as unknown as Finding);

/** What an answer says that agents have not applied yet, a line each. */
export const waitingLines = (value: Json | undefined): string[] =>
  (Array.isArray(value) ? value : []).filter(isDict).map(({ what = '', host, agent_type: agentType }) => {
    const where = [agentType, host && `on ${str(host)}`].filter(Boolean).map((part) => str(part!));
    return where.length > 0 ? `${where.join(' ')}: ${str(what)}` : str(what);
  });

/** Whether an answer says of something that is waited for that waiting does not help. */
export const isFinal = (value: Json | undefined): boolean =>
  (Array.isArray(value) ? value : []).some((one) => isDict(one) && one.final === true);
