import { run } from '../linux/process.ts';
import type { Manager } from './swap.ts';

/** The systemd of this host. */
export const systemd: Manager = {
  reload: async () => void (await run(['systemctl', 'daemon-reload'])),
  restart: async (unit) => void (await run(['systemctl', 'restart', unit], { allowed: [0, 1] })),
  async mainProcess(unit) {
    const { stdout } = await run(['systemctl', 'show', '--property=MainPID', '--value', unit]);
    return Number(stdout.trim());
  },
  lastWords: async (unit) =>
    (await run(['journalctl', '--unit', unit, '--lines=10', '--output=cat', '--no-pager'])).stdout,
};
