import { problem } from '../problem.ts';

/** Nova, which starts the machines and knows their metadata. */

const CONF = '/etc/neutron/neutron.conf';

export const computeEndpointMissing = problem({
  code: 'compute_endpoint_missing',
  title: 'Keystone does not know where Nova is',
  severity: 'error',
  sentence: ({
    face,
    region,
    regions,
  }: {
    face: string;
    region: string | null;
    regions: readonly string[];
  }) =>
    `Keystone's catalogue has no ${face} endpoint of type compute${region === null ? '' : ` in region ${region}`}` +
    (regions.length > 0 ? `; it has some in ${regions.join(', ')}` : ''),
  cause:
    'Nova waits with the start of a machine until Neutron says that its port is wired. Neutron looks up in the catalogue where to say it; where there is nothing, machines fail to start after five minutes.',
  fix: ({ regions }) =>
    regions.length > 0
      ? `write one of these regions as region_name in section [nova] of ${CONF} and restart neutron-server`
      : "create the service and its endpoints: 'openstack service create --name nova compute'",
  command: () => 'openstack endpoint list --service compute',
  dependsOn: ['keystone_unreachable', 'keystone_refuses_user', 'keystone_user_without_role'],
  example: { face: 'public', region: 'regionOne', regions: ['RegionOne'] },
});

export const novaUnreachable = problem({
  code: 'nova_unreachable',
  title: 'Nova cannot be reached',
  severity: 'error',
  sentence: ({ url, reason }: { url: string; reason: string }) =>
    `Nova at ${url}, as Keystone's catalogue says, cannot be reached: ${reason}`,
  cause:
    'Nova waits with the start of a machine until Neutron says that its port is wired. While Neutron cannot say it, machines fail to start after five minutes.',
  fix: () => 'start nova-api, or correct the address of its endpoint in Keystone',
  command: () => 'systemctl restart nova-api',
  dependsOn: ['name_unresolvable'],
  example: { url: 'http://controller:8774/v2.1', reason: 'connection refused' },
});

export const novaMetadataUnreachable = problem({
  code: 'nova_metadata_unreachable',
  title: "Nova's metadata service cannot be reached",
  severity: 'error',
  sentence: ({ url, reason }: { url: string; reason: string }) =>
    `Nova's metadata service at ${url} cannot be reached: ${reason}`,
  cause:
    'Machines ask 169.254.169.254 for their keys, name and user data; the metadata agent passes the question on to Nova. Without an answer they start without any of that, after a long wait.',
  fix: () =>
    'start nova-api (or nova-api-metadata), and check nova_metadata_host, nova_metadata_port and nova_metadata_protocol in metadata_agent.ini',
  command: () => 'systemctl restart nova-api',
  dependsOn: ['name_unresolvable'],
  example: { url: 'http://controller:8775', reason: 'connection refused' },
});

export const metadataSecretRefused = problem({
  code: 'metadata_secret_refused',
  title: 'Nova refuses the secret of the metadata agent',
  severity: 'error',
  sentence: ({ url }: { url: string }) =>
    `Nova's metadata service at ${url} refuses what metadata_agent.ini signs with`,
  cause:
    'The metadata agent signs what it asks Nova with metadata_proxy_shared_secret, and Nova checks the signature with its own. They differ, so machines start without their keys, name and user data.',
  fix: () =>
    'write the same metadata_proxy_shared_secret in metadata_agent.ini and in section [neutron] of nova.conf, then restart neutron-metadata-agent and nova-api',
  command: () => 'grep -n metadata_proxy_shared_secret /etc/neutron/metadata_agent.ini /etc/nova/nova.conf',
  dependsOn: ['nova_metadata_unreachable', 'metadata_secret_differs', 'metadata_secret_missing'],
  example: { url: 'http://controller:8775' },
});

export const novaMetadataFails = problem({
  code: 'nova_metadata_fails',
  title: "Nova's metadata service answers with an error",
  severity: 'warning',
  sentence: ({ url, status }: { url: string; status: number }) =>
    `Nova's metadata service at ${url} answers ${status} to a question about a machine that does not exist; 404 would be right`,
  cause:
    'Something answers at that address that is not the metadata service, or the service cannot reach its own database or message broker.',
  fix: () =>
    'read the log of nova-api; check nova_metadata_host, nova_metadata_port and nova_metadata_protocol in metadata_agent.ini',
  dependsOn: ['nova_metadata_unreachable'],
  example: { url: 'http://controller:8775', status: 500 },
});
