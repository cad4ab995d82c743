import { api } from '../../../config/options/index.ts';
import { serverNotAnswering } from '../../../health/catalogue/identity.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { DoctorContext } from '../../context.ts';
import { ask, objectIn } from './http.ts';
import { addressOf, inWords } from './reach.ts';

/** Addresses that stand for every address, and one of this host. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1' };

/** Whether the API answers on this host, with which versions. */
export const serverApi: Check<DoctorContext> = {
  name: 'API of neutron-server',
  async run({ configOf, unknown, host }) {
    const config = configOf('neutron-server');
    if (!config) return notChecked(unknown('neutron-server'));
    const { bind_host, bind_port, use_ssl, auth_strategy } = config.group(api);
    const address =
      auth_strategy === 'noauth' && config.origin('DEFAULT', 'bind_host').default ? '127.0.0.1' : bind_host;
    const url = `${use_ssl ? 'https' : 'http'}://${addressOf(ANY[address] ?? address, bind_port)}/`;
    try {
      const answer = await ask(url, { tls: { insecure: true } });
      const versions = objectIn(answer)?.versions;
      if (Array.isArray(versions))
        return failing(
          [],
          `${url} offers ${versions.map(({ id, status }) => `${id} (${status})`).join(', ')}`,
        );
      const reason = `what answers there is not Neutron (${answer.status})`;
      return failing([serverNotAnswering.found({ url, reason }, { host })]);
    } catch (error) {
      return failing([serverNotAnswering.found({ url, reason: inWords(error) }, { host })]);
    }
  },
};
