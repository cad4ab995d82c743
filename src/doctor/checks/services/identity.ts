import { api, keystoneAuthtoken } from '../../../config/options/index.ts';
import * as problems from '../../../health/catalogue/identity.ts';
import { clockSkew } from '../../../health/catalogue/underlay.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { keystoneBase } from '../../../server/identity/serviceToken.ts';
import type { DoctorContext } from '../../context.ts';
import { ask } from './http.ts';
import { type CatalogService, type Credentials, type Login, login } from './login.ts';
import { inWords, NEXT_MILLISECONDS, unreachable } from './reach.ts';

const LARGEST_SKEW_SECONDS = 1;
/** Where Keystone of old releases had a port for administrators, and where everything is now. */
const [OLD_PORT, PORT] = [35357, 5000];

/** What is wrong with a login, by the section that it was made with. */
export async function loginFindings(
  found: Exclude<Login, { state: 'in' }>,
  credentials: Credentials,
  section: string,
  host: string,
): Promise<Finding[]> {
  const url = keystoneBase(credentials.auth_url ?? '');
  const user = credentials.username ?? credentials.user_id ?? '';
  const project = credentials.project_name ?? credentials.project_id ?? '';
  const where = { host };
  switch (found.state) {
    case 'unreachable': {
      const meant = await otherPort(url);
      const facts = { url, section, reason: found.reason, ...(meant === undefined ? {} : { meant }) };
      return [problems.keystoneUnreachable.found(facts, where)];
    }
    case 'not Keystone':
      return [problems.keystoneNotThere.found({ url, section, answer: found.reason }, where)];
    case 'refused':
      return [problems.keystoneRefusesUser.found({ user, section }, where)];
    case 'no role':
      return [problems.keystoneUserWithoutRole.found({ user, project, section, roles: [] }, where)];
  }
}

/** The same address with the port of today, when only the old one is silent. */
async function otherPort(url: string): Promise<string | undefined> {
  if (!URL.canParse(url)) return undefined;
  const other = new URL(url);
  if (other.port !== String(OLD_PORT)) return undefined;
  other.port = String(PORT);
  const isSilent = (await unreachable(other.hostname, PORT, NEXT_MILLISECONDS)) !== undefined;
  return isSilent ? undefined : other.toString().replace(/\/$/, '');
}

const FACES = ['public', 'internal'];

/** Whether the catalogue knows the network service, and its addresses lead to one. */
async function endpointFindings(catalog: readonly CatalogService[], host: string): Promise<Finding[]> {
  const endpoints = catalog.filter(({ type }) => type === 'network').flatMap((service) => service.endpoints);
  const missing = FACES.filter((face) => !endpoints.some((one) => one.interface === face));
  const region = endpoints[0]?.region ?? catalog[0]?.endpoints[0]?.region ?? 'RegionOne';
  const byUrl = Map.groupBy(endpoints, ({ url }) => url);
  const silent = await Promise.all(
    [...byUrl].map(async ([url, group]) => {
      try {
        const { status } = await ask(url, { milliseconds: NEXT_MILLISECONDS });
        return status < 500 ? [] : [{ url, group, reason: `it answers ${status}` }];
      } catch (error) {
        return [{ url, group, reason: inWords(error) }];
      }
    }),
  );
  return [
    ...(missing.length > 0
      ? [problems.networkEndpointMissing.found({ faces: missing, region }, { host })]
      : []),
    ...silent.flat().map(({ url, group, reason }) => {
      const faces = group.map((one) => one.interface);
      return problems.networkEndpointUnreachable.found({ url, faces, reason }, { host });
    }),
  ];
}

/** Keystone with the server's own user: whether it may judge tokens, and whether others find Neutron by it. */
export const identity: Check<DoctorContext> = {
  name: 'Keystone',
  async run({ configOf, unknown, host }) {
    const config = configOf('neutron-server');
    if (!config) return notChecked(unknown('neutron-server'));
    const { auth_strategy } = config.group(api);
    if (auth_strategy !== 'keystone') return notChecked(`auth_strategy is ${auth_strategy}`);
    const credentials = config.group(keystoneAuthtoken);
    if (credentials.auth_url === null) return failing([problems.keystoneUrlMissing.found({}, { host })]);
    const section = 'keystone_authtoken';
    const found = await login(credentials);
    if (found.state !== 'in') return failing(await loginFindings(found, credentials, section, host));
    const { roles, catalog, clock } = found;
    const user = credentials.username ?? credentials.user_id ?? '';
    const project = credentials.project_name ?? credentials.project_id ?? '';
    const mayJudge = roles.includes('admin') || roles.includes('service');
    const skew = clock && Math.abs(clock.ahead) - clock.within > LARGEST_SKEW_SECONDS ? clock : undefined;
    return failing(
      [
        ...(mayJudge
          ? []
          : [problems.keystoneUserWithoutRole.found({ user, project, section, roles }, { host })]),
        ...(await endpointFindings(catalog, host)),
        ...(skew
          ? [
              clockSkew.found(
                { whose: 'Keystone', seconds: Math.round(Math.abs(skew.ahead)), ahead: skew.ahead > 0 },
                { host },
              ),
            ]
          : []),
      ],
      `user ${user} is ${roles.join(', ')} in project ${project}; the catalogue knows the network service`,
    );
  },
};
