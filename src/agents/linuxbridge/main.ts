import { agent, agentExtensions, ntsLinuxBridge } from '../../config/options/index.ts';
import { missingExtensions } from '../runtime/extensions.ts';
import { runAgent } from '../runtime/run.ts';
import { linuxBridgeAgent } from './agent.ts';
import { checkHost, enableBridgeFiltering } from './hostCheck.ts';
import { EXTENSIONS, readSettings } from './settings.ts';

await runAgent({
  program: 'neutron-linuxbridge-agent',
  async build(runtime) {
    const { extensions } = runtime.config.group(agentExtensions);
    for (const problem of missingExtensions(extensions, EXTENSIONS)) runtime.log.warning(problem);
    const settings = readSettings(runtime.config, runtime.config.group(agent).comment_iptables_rules);
    const { agentId } = await checkHost(settings);
    if (settings.firewall === 'iptables') await enableBridgeFiltering(runtime.log);
    const { forwarding_interval: tablesSeconds } = runtime.config.group(ntsLinuxBridge);
    return linuxBridgeAgent(runtime, settings, agentId, { tablesSeconds });
  },
});
