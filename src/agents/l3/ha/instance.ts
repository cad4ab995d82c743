import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Address, listAddresses } from '../../../linux/addresses.ts';
import { readFileIfAny, replaceFile } from '../../../linux/atomicFile.ts';
import { ip } from '../../../linux/batch.ts';
import type { Difference } from '../../../linux/difference.ts';
import type { ExternalProcess } from '../../../linux/externalProcess.ts';
import {
  compareKeepalived,
  ensureKeepalived,
  type Keepalived,
  keepalivedRuns,
  stopKeepalived,
  stopStateChangeMonitor,
  type VrrpState,
  vrrpFiles,
} from '../../../linux/keepalived.ts';
import { namespaceNumber } from '../../../linux/setns.ts';
import { type DesiredHa, type DesiredRouter, devicesOf } from '../desired.ts';
import { healthScript, healthScriptName, keepalivedConfig, type VrrpSettings } from './vrrp.ts';
import { type RunningWatch, watchRole } from './watch.ts';

export interface InstanceSettings {
  readonly vrrp: VrrpSettings;
  /** external_pids, where a Python agent's monitor has its pid file. */
  readonly externalPids: string;
}

/**
 * Takes the primary's addresses away, with which routes go too. A keepalived that was killed leaves them, and a new one
 * removes only those that are still wanted.
 */
async function takeBack(router: DesiredRouter, ha: DesiredHa): Promise<void> {
  const { netns } = router;
  const names = devicesOf(router).map(({ name }) => name);
  const shared = ({ device, cidr }: Address) =>
    names.includes(device) || (device === ha.device.name && cidr === ha.primaryAddress);
  const addresses = (await listAddresses({ netns })).filter(shared);
  await ip(
    addresses.map(({ device, cidr }) => `addr del ${cidr} dev ${device}`),
    { netns },
  );
}

const speaksOn = (device: string, config: string | undefined) =>
  config === undefined || config.includes(`    interface ${device}\n`);

/** This host's instance of a highly available router: its keepalived, and who is primary. */
export class HaInstance {
  /** Undefined until the kernel was asked. */
  state: VrrpState | undefined;
  readonly #id: string;
  readonly #settings: InstanceSettings;
  readonly #changed: (state: VrrpState) => void;
  #watch: RunningWatch | undefined;
  /** The namespace that it watches. */
  #watched: number | undefined;

  constructor(id: string, settings: InstanceSettings, changed: (state: VrrpState) => void) {
    this.#id = id;
    this.#settings = settings;
    this.#changed = changed;
  }

  /** The namespace and its devices are there already. Returns keepalived while it runs. */
  async apply(router: DesiredRouter, ha: DesiredHa, ipv6: boolean): Promise<ExternalProcess | undefined> {
    const { vrrp, externalPids } = this.#settings;
    await stopStateChangeMonitor(externalPids, this.#id);
    // keepalived does not move a running instance to another device.
    if (!speaksOn(ha.device.name, readFileIfAny(vrrpFiles(vrrp.root, this.#id).config))) await this.remove();
    this.#writeHealthScript(router, ha);
    if (!keepalivedRuns(vrrp.root, this.#id, router.netns)) await takeBack(router, ha);
    const namespace = namespaceNumber(router.netns);
    if (namespace !== this.#watched) this.#forgetRole();
    this.#watched = namespace;
    const keepalived = await ensureKeepalived(this.#keepalived(router, ha, ipv6), { mayStart: ha.wired });
    this.#watch ??= watchRole({
      device: ha.device.name,
      cidr: ha.primaryAddress,
      netns: router.netns,
      changed: (state) => {
        this.state = state;
        this.#changed(state);
      },
    });
    return keepalived;
  }

  /** Writes down the role, where Python's agent looks for it. */
  recordRole(): void {
    if (this.state) replaceFile(vrrpFiles(this.#settings.vrrp.root, this.#id).state, this.state);
  }

  /** Asks the kernel for the role, of which a change may have been missed. */
  async look(): Promise<void> {
    await this.#watch?.look();
  }

  /** What `apply` would put right of keepalived. Only reads. */
  compare = (router: DesiredRouter, ha: DesiredHa, ipv6: boolean): Difference[] =>
    compareKeepalived(this.#keepalived(router, ha, ipv6));

  #keepalived(router: DesiredRouter, ha: DesiredHa, ipv6: boolean): Keepalived {
    const { vrrp } = this.#settings;
    return {
      root: vrrp.root,
      id: this.#id,
      netns: router.netns,
      config: keepalivedConfig(router, ha, vrrp, { ipv6 }),
      debug: vrrp.debug,
    };
  }

  #writeHealthScript(router: DesiredRouter, ha: DesiredHa): void {
    const { vrrp } = this.#settings;
    const path = join(vrrpFiles(vrrp.root, this.#id).directory, healthScriptName(ha));
    const script = healthScript(router, vrrp);
    if (script === undefined) rmSync(path, { force: true });
    else replaceFile(path, script, 0o520);
  }

  /** Stops watching; keepalived goes on. */
  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  #forgetRole(): void {
    this.close();
    this.state = undefined;
  }

  async remove(): Promise<void> {
    this.#forgetRole();
    await stopStateChangeMonitor(this.#settings.externalPids, this.#id);
    await stopKeepalived(this.#settings.vrrp.root, this.#id);
  }
}
