import { bool, float, group, int, str } from '../option.ts';

/** The Kafka transport. */
export const kafka = group('oslo_messaging_kafka', {
  kafka_max_fetch_bytes: int(1048576, 'unused with rabbit driver'),
  kafka_consumer_timeout: float(1, 'unused with rabbit driver'),
  pool_size: int(10, 'unused with rabbit driver (deprecated)'),
  conn_pool_min_size: int(2, 'unused with rabbit driver (deprecated)'),
  conn_pool_ttl: int(1200, 'unused with rabbit driver (deprecated)'),
  consumer_group: str('oslo_messaging_consumer', 'unused with rabbit driver'),
  producer_batch_timeout: float(0, 'unused with rabbit driver'),
  producer_batch_size: int(16384, 'unused with rabbit driver'),
  compression_codec: str('none', 'unused with rabbit driver', {
    choices: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  }),
  enable_auto_commit: bool(false, 'unused with rabbit driver'),
  max_poll_records: int(500, 'unused with rabbit driver'),
  security_protocol: str('PLAINTEXT', 'unused with rabbit driver', {
    choices: ['PLAINTEXT', 'SASL_PLAINTEXT', 'SSL', 'SASL_SSL'],
  }),
  sasl_mechanism: str('PLAIN', 'unused with rabbit driver'),
  ssl_cafile: str('', 'unused with rabbit driver'),
  ssl_client_cert_file: str('', 'unused with rabbit driver'),
  ssl_client_key_file: str('', 'unused with rabbit driver'),
  ssl_client_key_password: str('', 'unused with rabbit driver', { secret: true }),
});
