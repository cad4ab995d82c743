import { createHmac, randomUUID } from 'node:crypto';
import type { Config } from '../../../config/option.ts';
import { core, metadataAgent, nova as novaOptions } from '../../../config/options/index.ts';
import * as problems from '../../../health/catalogue/nova.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import type { DoctorContext } from '../../context.ts';
import { ask } from './http.ts';
import { loginFindings } from './identity.ts';
import { type CatalogService, login } from './login.ts';
import { addressOf, inWords, NEXT_MILLISECONDS } from './reach.ts';

type NovaSettings = ReturnType<typeof novaSettings>;

const novaSettings = (config: Config) => config.group(novaOptions);

async function endpointFindings(
  catalog: readonly CatalogService[],
  { endpoint_type: face, region_name: region }: NovaSettings,
  host: string,
): Promise<Finding[]> {
  const all = catalog
    .filter(({ type }) => type === 'compute')
    .flatMap(({ endpoints }) => endpoints)
    .filter((endpoint) => endpoint.interface === face);
  const [endpoint] = all.filter((one) => region === null || one.region === region);
  if (!endpoint) {
    const regions = [...new Set(all.map((one) => one.region))];
    return [problems.computeEndpointMissing.found({ face, region, regions }, { host })];
  }
  const { url } = endpoint;
  try {
    // Without a token Nova answers 401, which is an answer.
    const { status } = await ask(url, { milliseconds: NEXT_MILLISECONDS });
    return status < 500
      ? []
      : [problems.novaUnreachable.found({ url, reason: `it answers ${status}` }, { host })];
  } catch (error) {
    return [problems.novaUnreachable.found({ url, reason: inWords(error) }, { host })];
  }
}

/** Whether the server can tell Nova that ports are ready. */
export const novaApi: Check<DoctorContext> = {
  name: 'Nova',
  async run({ configOf, unknown, host }) {
    const config = configOf('neutron-server');
    if (!config) return notChecked(unknown('neutron-server'));
    const { notify_nova_on_port_status_changes: status, notify_nova_on_port_data_changes: data } =
      config.group(core);
    if (!status && !data) return notChecked('Nova is not to be told of ports');
    const settings = novaSettings(config);
    if (settings.auth_url === null) return notChecked('[nova] auth_url is not set');
    const found = await login(settings);
    if (found.state !== 'in') return failing(await loginFindings(found, settings, 'nova', host));
    return failing(
      await endpointFindings(found.catalog, settings, host),
      `user ${settings.username} of [nova] is taken, and Nova answers where the catalogue says`,
    );
  },
};

/** Headers of a question for the metadata of a machine that does not exist, signed as the metadata agent signs. */
function signedHeaders(secret: string): Record<string, string> {
  const id = randomUUID();
  return {
    'X-Forwarded-For': '169.254.169.254',
    'X-Instance-ID': id,
    'X-Tenant-ID': randomUUID().replaceAll('-', ''),
    'X-Instance-ID-Signature': createHmac('sha256', secret).update(id).digest('hex'),
  };
}

/** Whether Nova's metadata service answers, and takes the signature of the metadata agent of this host. */
export const novaMetadata: Check<DoctorContext> = {
  name: "Nova's metadata service",
  async run({ configOf, unknown, host }) {
    const config = configOf('neutron-metadata-agent');
    if (!config) return notChecked(unknown('neutron-metadata-agent'));
    const own = config.group(metadataAgent);
    const url = `${own.nova_metadata_protocol}://${addressOf(own.nova_metadata_host, own.nova_metadata_port)}`;
    try {
      const { status } = await ask(`${url}/latest/meta-data/instance-id`, {
        headers: signedHeaders(own.metadata_proxy_shared_secret),
        tls: {
          insecure: own.nova_metadata_insecure,
          ca: own.auth_ca_cert ?? undefined,
          certificate: own.nova_client_cert,
          key: own.nova_client_priv_key,
        },
      });
      if (status === 403) return failing([problems.metadataSecretRefused.found({ url }, { host })]);
      return status < 500
        ? failing(
            [],
            `${url} takes what the metadata agent signs: ${status} for a machine that does not exist`,
          )
        : failing([problems.novaMetadataFails.found({ url, status }, { host })]);
    } catch (error) {
      return failing([problems.novaMetadataUnreachable.found({ url, reason: inWords(error) }, { host })]);
    }
  },
};
