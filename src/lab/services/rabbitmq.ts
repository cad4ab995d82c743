import { type RunningHost, runIn, startIn } from '../host.ts';
import { waitFor } from '../waitFor.ts';

const DIRECTORY = '/var/lib/rabbitmq-lab';

const asRabbit = ['setpriv', '--reuid', 'rabbitmq', '--regid', 'rabbitmq', '--clear-groups'];

const environment = (host: RunningHost) => ({
  HOME: DIRECTORY,
  RABBITMQ_MNESIA_BASE: `${DIRECTORY}/mnesia`,
  RABBITMQ_LOG_BASE: `${DIRECTORY}/log`,
  RABBITMQ_NODENAME: `rabbit@${host.name}`,
  RABBITMQ_PID_FILE: `${DIRECTORY}/pid`,
  // Two schedulers are plenty for a lab, and start faster than one per core of a big machine.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 +sbwt none',
});

/** Runs `rabbitmqctl WORDS…`; each starts a virtual machine of its own. */
export const rabbitmqctl = (host: RunningHost, ...words: string[]) =>
  runIn(host, [...asRabbit, '/usr/lib/rabbitmq/bin/rabbitmqctl', '-q', ...words], { env: environment(host) });

/** A real RabbitMQ on the host's 5672, with the guide's user openstack; one that was there before keeps its data. */
export async function startRabbitmq(host: RunningHost): Promise<void> {
  await runIn(host, [
    'sh',
    '-ec',
    `mkdir -p ${DIRECTORY}/mnesia ${DIRECTORY}/log; chown -R rabbitmq ${DIRECTORY}`,
  ]);
  const server = [...asRabbit, '/usr/lib/rabbitmq/bin/rabbitmq-server'];
  await startIn(host, server, '/var/log/rabbitmq.out', environment(host));
  await waitFor('RabbitMQ', () => rabbitmqctl(host, 'await_startup'), 90);
  await rabbitmqctl(host, 'eval', addOpenstackUser);
}

/** The guide's user and password in one call. */
const addOpenstackUser = `case rabbit_auth_backend_internal:lookup_user(<<"openstack">>) of
  {ok, _} -> ok;
  _ -> ok = rabbit_auth_backend_internal:add_user(<<"openstack">>, <<"opst">>, <<"lab">>),
    rabbit_auth_backend_internal:set_permissions(<<"openstack">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"lab">>)
end.`;
