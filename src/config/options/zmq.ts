import { float, group, int, str } from '../option.ts';

/** The ZeroMQ transport, used unless transport_url says otherwise. Not an option group of Python Neutron. */
export const zmq = group('zmq', {
  keys_directory: str(
    null,
    'Directory with the CURVE keys that neutron-rpc-keys makes; unset: /etc/neutron/rpc-keys, and nothing encrypted on loopback',
  ),
  heartbeat_interval: float(2, 'Seconds between signs of life', { min: 0.1 }),
  heartbeat_timeout: float(10, 'Seconds of silence after which the other side counts as gone', { min: 0.5 }),
  keep_messages: int(120, 'Seconds that messages are kept for a listener that is away', { min: 1 }),
  queue_limit: int(10000, 'Messages kept for one listener, and by a sender until the server has them', {
    min: 100,
  }),
});
