import { listAddresses } from '../../../linux/addresses.ts';
import { arp, dns, type Echo, echo, http, tcp } from '../../../linux/probes/index.ts';
import type { ProbeKind } from '../../../rpc/probes.ts';
import { dhcp } from './dhcp.ts';
import { failed, passed, patiently, type Runner, tenths } from './runner.ts';

/** One try, in milliseconds: long enough for a busy host, short enough to be repeated. */
const TRY = 1000;
/** Characters of an answer. */
const SHOWN = 100;

/**
 * measured: `macs` that answered; two mean that two machines have the address. It asks from the port's own address, as
 * questions from any other one are filtered.
 */
const askArp: Runner<'arp'> = async ({ netns, device }, { target, seconds }) => {
  const own = (await listAddresses({ netns, device })).find(({ cidr }) => cidr.includes('.'));
  const source = own?.cidr.split('/')[0];
  return patiently(seconds, async () => {
    const macs = await arp(target, { netns, device, source, tries: 1 });
    if (macs.length === 0) return failed(`nobody answers ARP for ${target}`);
    return passed(`${target} is at ${macs.join(' and at ')}`, { macs });
  });
};

/** measured: `milliseconds`; when it fails, `mtu` if the packet was too big for a link, and who said so, `from`. */
const ping: Runner<'echo'> = ({ netns }, { target, size, seconds }) =>
  patiently(seconds, async (left) => {
    const milliseconds = Math.min(TRY, left);
    const { answers, failure } = await echo(target, {
      netns,
      dontFragment: true,
      milliseconds,
      ...(size === undefined ? {} : { size }),
    });
    const what = size === undefined ? target : `${target}, ${size} bytes unfragmented`;
    const [took] = answers;
    if (took !== undefined)
      return passed(`${what}: answer in ${tenths(took)} ms`, { milliseconds: tenths(took) });
    if (failure?.kind !== 'too big') return failed(`${what}: ${whyNot(failure)}`);
    const { mtu, from } = failure;
    return { ...failed(`${what}: ${whyNot(failure)}`, { mtu, from: from ?? 'its own host' }), final: true };
  });

function whyNot(failure: Echo['failure']): string {
  if (!failure || failure.kind === 'no answer') return 'no answer';
  const by = failure.from === undefined ? '' : `, says ${failure.from}`;
  if (failure.kind === 'too big') return `too big for a link of MTU ${failure.mtu}${by}`;
  return `${failure.reason}${by}`;
}

/** measured: `answer`: 'open', 'refused' (somebody is there, and nothing filtered it), 'timeout' or 'unreachable'. */
const connect: Runner<'tcp'> = ({ netns }, { target, port, seconds }) =>
  patiently(seconds, async (left) => {
    const result = await tcp(target, port, { netns, milliseconds: left });
    const measured = { answer: result.result, milliseconds: tenths(result.milliseconds) };
    const to = `${target} port ${port}/tcp`;
    if (result.result === 'open') return passed(`${to} accepts the connection`, measured);
    if (result.result === 'refused') return passed(`${to} is reached, nothing listens there`, measured);
    return failed(`${to}: ${'reason' in result ? result.reason : 'no answer'}`, measured);
  });

/** Any status passes. measured: `status`; `text`, the first line. When it fails: `answer`, as for tcp, or 'broken off'. */
const fetchPage: Runner<'http'> = ({ netns }, { target, path, seconds }) =>
  patiently(seconds, async (left) => {
    const url = `http://${target}${path}`;
    const got = await http(url, { netns, milliseconds: left });
    if (got.result !== 'answered')
      return failed(`${url}: ${got.result}${got.reason ? ` (${got.reason})` : ''}`, { answer: got.result });
    const text = (got.body.split('\n')[0] ?? '').slice(0, SHOWN);
    return passed(`${url} answers ${got.status} "${text}"`, { status: got.status, text });
  });

/** The codes of DNS answers. */
const CODES: Readonly<Record<number, string>> = {
  0: 'no error',
  2: 'server failure',
  3: 'no such name',
  5: 'refused',
};

/** Any answer passes. measured: `code`, the number of the answer; `addresses`. */
const resolve: Runner<'dns'> = ({ netns }, { target, name, seconds }) =>
  patiently(seconds, async () => {
    const got = await dns(name, target, { netns });
    if (got.result !== 'answered') return failed(`${target} does not answer queries: ${got.result}`);
    const { code, addresses } = got;
    const said = addresses.length > 0 ? addresses.join(', ') : (CODES[code] ?? `code ${code}`);
    return passed(`${target} says of ${name}: ${said}`, { code, addresses });
  });

/** How each kind of probe is sent. */
export const runners: { readonly [Kind in ProbeKind]: Runner<Kind> } = {
  dhcp,
  arp: askArp,
  echo: ping,
  tcp: connect,
  http: fetchPage,
  dns: resolve,
};
