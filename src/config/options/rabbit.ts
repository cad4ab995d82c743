import { bool, float, group, int, str } from '../option.ts';

/** The RabbitMQ transport. */
export const rabbit = group('oslo_messaging_rabbit', {
  amqp_durable_queues: bool(false, 'Declare durable queues'),
  amqp_auto_delete: bool(false, 'Declare auto-delete queues', { formerly: ['DEFAULT/amqp_auto_delete'] }),
  ssl: bool(false, 'Use TLS', { formerly: ['rabbit_use_ssl'] }),
  ssl_version: str('', 'TLS version', { formerly: ['kombu_ssl_version'] }),
  ssl_key_file: str('', 'Client key', { formerly: ['kombu_ssl_keyfile'] }),
  ssl_cert_file: str('', 'Client certificate', { formerly: ['kombu_ssl_certfile'] }),
  ssl_ca_file: str('', 'CA file', { formerly: ['kombu_ssl_ca_certs'] }),
  ssl_enforce_hostname_verification: bool(false, 'Check broker host name'),
  ssl_enforce_fips_mode: bool(false, 'Enforce FIPS'),
  heartbeat_in_pthread: bool(false, 'Heartbeat in native thread'),
  kombu_reconnect_delay: float(1, 'Delay before reconnect after consumer cancel', {
    formerly: ['DEFAULT/kombu_reconnect_delay'],
    max: 4.5,
  }),
  kombu_compression: str(null, 'Payload compression (gzip, bz2)'),
  kombu_missing_consumer_retry_timeout: int(60, 'Seconds waiting for missing reply consumer', {
    formerly: ['kombu_reconnect_timeout'],
  }),
  kombu_failover_strategy: str('round-robin', 'Next host choice: round-robin or shuffle', {
    choices: ['round-robin', 'shuffle'],
  }),
  rabbit_login_method: str('AMQPLAIN', 'SASL mechanism', {
    formerly: ['DEFAULT/rabbit_login_method'],
    choices: ['PLAIN', 'AMQPLAIN', 'EXTERNAL', 'RABBIT-CR-DEMO'],
  }),
  rabbit_retry_interval: int(1, 'First retry delay'),
  rabbit_retry_backoff: int(2, 'Seconds added each retry', { formerly: ['DEFAULT/rabbit_retry_backoff'] }),
  rabbit_interval_max: int(30, 'Longest reconnect interval'),
  rabbit_ha_queues: bool(false, 'Ask mirrored queues (x-ha-policy, RabbitMQ 2.x)', {
    formerly: ['DEFAULT/rabbit_ha_queues'],
  }),
  rabbit_quorum_queue: bool(false, 'Use quorum queues'),
  rabbit_quorum_delivery_limit: int(0, 'x-delivery-limit of quorum queues'),
  rabbit_quroum_max_memory_length: int(0, 'x-max-in-memory-length of quorum queues'),
  rabbit_quroum_max_memory_bytes: int(0, 'x-max-in-memory-bytes of quorum queues'),
  rabbit_transient_queues_ttl: int(1800, 'x-expires seconds for reply and fanout queues', { min: 1 }),
  rabbit_qos_prefetch_count: int(0, 'Prefetch limit; 0 unlimited'),
  heartbeat_timeout_threshold: int(60, 'Seconds without heartbeat to drop link; 0 off'),
  heartbeat_rate: int(2, 'Heartbeat checks per timeout window'),
  direct_mandatory_flag: bool(true, 'Publish replies with mandatory flag (deprecated)'),
  enable_cancel_on_failover: bool(false, 'Set x-cancel-on-ha-failover on consumers'),
});
