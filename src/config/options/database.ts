import { bool, group, int, str } from '../option.ts';

/** The database. */
export const database = group('database', {
  sqlite_synchronous: bool(true, 'Synchronous mode for SQLite', { formerly: ['DEFAULT/sqlite_synchronous'] }),
  backend: str('sqlalchemy', 'DB backend name', { formerly: ['DEFAULT/db_backend'] }),
  connection: str(null, 'SQLAlchemy URL', {
    formerly: ['DEFAULT/sql_connection', 'DATABASE/sql_connection', 'sql/connection'],
    secret: true,
  }),
  slave_connection: str(null, 'Read-only replica URL', { secret: true }),
  mysql_sql_mode: str('TRADITIONAL', 'SQL mode set on connect'),
  mysql_enable_ndb: bool(false, 'Use NDB cluster handling'),
  connection_recycle_time: int(3600, 'Seconds before pooled connection renewed'),
  max_pool_size: int(5, 'Pool size'),
  max_retries: int(10, 'Connect retries at start; -1 endless', {
    formerly: ['DEFAULT/sql_max_retries', 'DATABASE/sql_max_retries'],
  }),
  retry_interval: int(10, 'Seconds between connect retries', {
    formerly: ['DEFAULT/sql_retry_interval', 'DATABASE/reconnect_interval'],
  }),
  max_overflow: int(50, 'Connections above pool size', {
    formerly: ['DEFAULT/sql_max_overflow', 'DATABASE/sqlalchemy_max_overflow'],
  }),
  connection_debug: int(0, 'SQL verbosity 0 to 100', {
    formerly: ['DEFAULT/sql_connection_debug'],
    max: 100,
  }),
  connection_trace: bool(false, 'Add stack trace comments to SQL', {
    formerly: ['DEFAULT/sql_connection_trace'],
  }),
  pool_timeout: int(null, 'Seconds waiting for a pooled connection', {
    formerly: ['DATABASE/sqlalchemy_pool_timeout'],
  }),
  use_db_reconnect: bool(false, 'Reconnect on lost connection'),
  db_retry_interval: int(1, 'Seconds between transaction retries'),
  db_inc_retry_interval: bool(true, 'Grow retry interval'),
  db_max_retry_interval: int(10, 'Ceiling of retry interval'),
  db_max_retries: int(20, 'Retries before DB error raised'),
  connection_parameters: str('', 'Extra URL parameters appended'),
  engine: str('', 'DB engine for migrations'),
});
