import { bool, group, int, list, multi, str } from '../option.ts';

/** RPC between server and agents. */
export const messaging = group('DEFAULT', {
  rpc_conn_pool_size: int(30, 'Size of AMQP connection pool', { min: 1 }),
  conn_pool_min_size: int(2, 'Pooled AMQP connections kept'),
  conn_pool_ttl: int(1200, 'Seconds an idle pooled AMQP connection lives'),
  executor_thread_pool_size: int(64, 'Threads or greenthreads of RPC executor', {
    formerly: ['rpc_thread_pool_size'],
  }),
  rpc_response_timeout: int(60, 'Seconds to wait for a call reply'),
  transport_url: str(
    null,
    'Broker: rabbit://user:password@host:port/vhost; unset: ZeroMQ to the controller, no broker',
    {
      secret: true,
    },
  ),
  control_exchange: str('openstack', 'Exchange for unscoped topics; neutron overrides with neutron'),
  rpc_ping_enabled: bool(false, 'Add a ping RPC endpoint'),
});

export const notifications = group('oslo_messaging_notifications', {
  driver: multi([], 'Notification drivers', { formerly: ['DEFAULT/notification_driver'] }),
  transport_url: str(null, 'URL for notifications when separate', {
    formerly: ['DEFAULT/notification_transport_url'],
    secret: true,
  }),
  topics: list(['notifications'], 'Notification topics', {
    formerly: ['rpc_notifier2/topics', 'DEFAULT/notification_topics'],
  }),
  retry: int(-1, 'Send retries; -1 endless'),
});
