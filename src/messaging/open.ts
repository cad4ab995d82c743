import { nearest } from '../config/nearest.ts';
import type { Config } from '../config/option.ts';
import { messaging, rabbit as rabbitOptions, zmq as zmqOptions } from '../config/options/index.ts';
import type { Log } from '../log/log.ts';
import type { RabbitSettings } from './rabbit/settings.ts';
import type { Transport } from './transport.ts';
import { parseTransportUrl, type TransportUrl } from './url.ts';
import { isLoopback } from './zmq/loopback.ts';
import type { ZmqSettings } from './zmq/settings.ts';

export interface OpenOptions {
  /** The program's name, shown to the operator of the broker. */
  readonly clientName: string;
  /** neutron-server's main process: with ZeroMQ it also relays for all others. */
  readonly server?: boolean;
}

const schemes = ['rabbit', 'zmq', 'fake'];

/** Where the hub is when transport_url is not set. */
const embedded: TransportUrl = { scheme: 'zmq', hosts: [], virtualHost: '' };
const zmqPort = 9501;

function responseTimeout(config: Config): number {
  return config.group(messaging).rpc_response_timeout;
}

/** The settings of the RabbitMQ transport from transport_url and [oslo_messaging_rabbit]. */
export function rabbitSettings(config: Config, url: TransportUrl, clientName: string): RabbitSettings {
  const options = config.group(rabbitOptions);
  const [first] = url.hosts;
  const exchange = config.group(messaging).control_exchange;
  if (options.rabbit_login_method === 'EXTERNAL' || options.rabbit_login_method === 'RABBIT-CR-DEMO')
    throw new Error(`rabbit_login_method ${options.rabbit_login_method} is not supported; use PLAIN`);
  return {
    hosts:
      url.hosts.length === 0
        ? [{ host: 'localhost', port: 5672 }]
        : url.hosts.map(({ host, port }) => ({ host: host || 'localhost', port: port ?? 5672 })),
    username: first?.username ?? 'guest',
    password: first?.password ?? 'guest',
    vhost: url.virtualHost,
    connectionName: `${clientName}:${process.pid}`,
    // Neutron's own default, which oslo's knows nothing of.
    exchange: config.origin('DEFAULT', 'control_exchange').default ? 'neutron' : exchange,
    responseTimeout: responseTimeout(config),
    durableQueues: options.amqp_durable_queues,
    autoDelete: options.amqp_auto_delete,
    quorumQueues: options.rabbit_quorum_queue,
    mirroredQueues: options.rabbit_ha_queues,
    transientQueuesTtl: options.rabbit_transient_queues_ttl,
    prefetchCount: options.rabbit_qos_prefetch_count,
    heartbeat: options.heartbeat_timeout_threshold,
    retryInterval: options.rabbit_retry_interval,
    retryIntervalMax: options.rabbit_interval_max,
    shuffleHosts: options.kombu_failover_strategy === 'shuffle',
    missingConsumerRetry: options.kombu_missing_consumer_retry_timeout,
    ...(options.ssl
      ? {
          tls: {
            caFile: options.ssl_ca_file,
            certFile: options.ssl_cert_file,
            keyFile: options.ssl_key_file,
            verifyHostname: options.ssl_enforce_hostname_verification,
          },
        }
      : {}),
  };
}

/** The settings of the ZeroMQ transport from transport_url and [zmq]; keys are wanted unless it is loopback. */
export function zmqSettings(config: Config, url: TransportUrl): ZmqSettings {
  const options = config.group(zmqOptions);
  const [first] = url.hosts;
  const host = first?.host || '127.0.0.1';
  const keysDirectory = options.keys_directory ?? (isLoopback(host) ? undefined : '/etc/neutron/rpc-keys');
  return {
    host,
    port: first?.port ?? zmqPort,
    ...(keysDirectory === undefined ? {} : { keysDirectory }),
    responseTimeout: responseTimeout(config),
    heartbeat: options.heartbeat_interval,
    heartbeatTimeout: options.heartbeat_timeout,
    keepFor: options.keep_messages,
    limit: options.queue_limit,
  };
}

/** What transport_url says; ZeroMQ on this host when it is not set. Throws when there is no such driver. */
export function transportOf(config: Config): TransportUrl {
  const given = config.group(messaging).transport_url;
  const url = given === null ? embedded : parseTransportUrl(given);
  if (schemes.includes(url.scheme)) return url;
  const meant = nearest(url.scheme, schemes);
  const hint = meant ? `did you mean ${meant}://?` : 'known are rabbit:// and zmq://';
  throw new Error(`transport_url: there is no driver ${url.scheme}; ${hint}`);
}

/**
 * Opens the transport that transport_url names; without one ZeroMQ to 127.0.0.1, no broker. Only the chosen library is
 * loaded. Returns at once: the connection is made in the background, and what is sent meanwhile waits. Rejects when
 * the configuration cannot work: an unknown driver, missing keys, a taken port.
 */
export async function openTransport(config: Config, log: Log, options: OpenOptions): Promise<Transport> {
  const url = transportOf(config);
  switch (url.scheme) {
    case 'rabbit': {
      const { RabbitTransport } = await import('./rabbit/transport.ts');
      return new RabbitTransport(rabbitSettings(config, url, options.clientName), log);
    }
    case 'zmq': {
      const { openZmq } = await import('./zmq/open.ts');
      return openZmq(zmqSettings(config, url), options, log);
    }
    default: {
      const { inProcess } = await import('./inProcess.ts');
      return inProcess();
    }
  }
}
