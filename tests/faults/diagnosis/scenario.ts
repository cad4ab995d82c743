/** A broken deployment as data: what was done to a healthy lab, where one asks, and what must be named first. */
export interface Scenario {
  readonly name: string;
  /** Whose mistake it is: a defect of the guide, or a row of the table of what hurts Neutron's users. */
  readonly source: string;
  /** The lab that it is done to: the guide's cloud with guest vm1 on compute (floating IP) and vm2 on controller. */
  readonly lab: 'embedded' | 'full' | 'provider-only';
  /** Breaks it. */
  readonly fault: readonly Step[];
  /**
   * Puts back what the scripts of the fault changed; runs also when the scenario fails. Not needed for files, which are
   * written back as they were, nor for daemons that the fault restarted or killed, which are then started again.
   */
  readonly undo?: readonly Step[];
  readonly ask: Ask;
  /** The code that must come first in the answer. */
  readonly first: string;
  /** For how long the answer may take to come true (agent_down_time, a periodic comparison); 20 s unless told. */
  readonly withinSeconds?: number;
}

/**
 * A shell script on a host of the lab (the neutron command and its credentials are there on controller), an edit of one
 * of its files, or a daemon killed or started again. `$VM1_PORT`, `$VM2_PORT`, `$VM1_TAP`, `$VM2_TAP`, `$FLOATING`,
 * `$ROUTER`, `$PRIVATE`, `$PUBLIC` (ids; FLOATING is an address) are set in scripts and in words to ask.
 */
export type Step =
  | { readonly host: string; readonly run: string }
  | { readonly host: string; readonly file: string; readonly replace: RegExp; readonly by: string }
  | { readonly host: string; readonly restart: Daemon }
  | { readonly host: string; readonly kill: Daemon };

/** A daemon's name without `neutron-`. */
export type Daemon = 'server' | 'linuxbridge-agent' | 'l3-agent' | 'dhcp-agent' | 'metadata-agent';

/** How one asks. Every answer is a list of findings, the first of which counts. */
export type Ask =
  /** `neutron-doctor --json WORDS` on a host. */
  | { readonly doctor: string; readonly words?: readonly string[] }
  /** `GET /v2.0/PATH/diagnosis`, e.g. `ports/$VM1_PORT`. */
  | { readonly diagnosis: string }
  /** `neutron trace WORDS`: the finding of the first hop that differs. */
  | { readonly trace: readonly string[] }
  /** `neutron verify WORDS`. */
  | { readonly verify: readonly string[] }
  /** `GET /v2.0/nts-problems`. */
  | { readonly problems: true };
