import { bool, group } from '../option.ts';

/** What this server has beyond Neutron. Not an option group of Python Neutron. */
export const nts = group('nts', {
  open_metrics: bool(
    false,
    'Answer GET /metrics without a token, for Prometheus; it tells host names and counts, and no more',
  ),
});
