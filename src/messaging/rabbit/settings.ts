/** How to reach RabbitMQ and how queues are declared there; see [oslo_messaging_rabbit]. Times are in seconds. */
export interface RabbitSettings {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username: string;
  readonly password: string;
  /** '' is the broker's default. */
  readonly vhost: string;
  readonly tls?: RabbitTls;
  /** Shown in the broker's list of connections. */
  readonly connectionName: string;
  /** The topic exchange: control_exchange. */
  readonly exchange: string;
  readonly responseTimeout: number;
  readonly durableQueues: boolean;
  readonly autoDelete: boolean;
  readonly quorumQueues: boolean;
  readonly mirroredQueues: boolean;
  /** Of unused reply and fanout queues. */
  readonly transientQueuesTtl: number;
  readonly prefetchCount: number;
  readonly heartbeat: number;
  readonly retryInterval: number;
  readonly retryIntervalMax: number;
  readonly shuffleHosts: boolean;
  /** How long a reply waits for its queue to come back. */
  readonly missingConsumerRetry: number;
}

export interface RabbitTls {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly verifyHostname: boolean;
}

export const rabbitDefaults: RabbitSettings = {
  hosts: [{ host: 'localhost', port: 5672 }],
  username: 'guest',
  password: 'guest',
  vhost: '',
  connectionName: 'neutron',
  exchange: 'neutron',
  responseTimeout: 60,
  durableQueues: false,
  autoDelete: false,
  quorumQueues: false,
  mirroredQueues: false,
  transientQueuesTtl: 1800,
  prefetchCount: 0,
  heartbeat: 60,
  retryInterval: 1,
  retryIntervalMax: 30,
  shuffleHosts: false,
  missingConsumerRetry: 60,
};
