const random = 'which object comes first is random';

const agentLine = 'beside the table, on standard error, an agent of ours tells of its last comparison';

/** Recorded transcripts from which ours still differs, by number, with the reason. */
export const departures: Readonly<Record<string, string>> = {
  '001': 'the extension nts-diagnosis is listed too: an addition to Neutron',
  '075': random,
  '091': random,
  '101': random,
  '127': agentLine,
  '128': agentLine,
  '129': agentLine,
  '158': 'help also tells of --wait, an addition to Neutron',
  '148': 'here the DHCP agent has its address again after the network was put back on it',
};
