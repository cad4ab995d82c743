import { bool, group, int } from '../option.ts';

/** What this server has beyond Neutron. Not an option group of Python Neutron. */
export const nts = group('nts', {
  open_metrics: bool(
    false,
    'Answer GET /metrics without a token, for Prometheus; it tells host names and counts, and no more',
  ),
});

/** What our Linux bridge agent has beyond Neutron's. */
export const ntsLinuxBridge = group('nts', {
  forwarding_interval: int(
    600,
    'Seconds between two times the server is asked for all forwarding entries, in case a message was lost',
    { min: 15 },
  ),
});
