#!/usr/bin/python3
"""What Python's agents can ask of a server, asked with their own classes: answers as JSON, failures by class.

Arguments: a configuration file; a JSON list of [api, method, arguments]. Prints a JSON list of {result} or {failure}.
"""
import collections.abc
import json
import sys

from neutron_lib import context as n_context
from neutron_lib import rpc as n_rpc
from oslo_config import cfg
import oslo_messaging

from neutron.agent import rpc as agent_rpc
from neutron.agent.dhcp import agent as dhcp_agent
from neutron.agent.l3 import agent as l3_agent
from neutron.api.rpc.handlers import resources_rpc
from neutron.api.rpc.handlers import securitygroups_rpc
from neutron.common import config as common_config
from neutron.conf.agent import common as agent_conf
from neutron import objects

HOST = 'compute'

common_config.register_common_config_options()
agent_conf.register_agent_state_opts_helper(cfg.CONF)
common_config.init(['--config-file', sys.argv[1]])
objects.register_objects()
context = n_context.get_admin_context_without_session()


class Raw(object):
    """Any method, of any version."""

    def call(self, context, topic, version, method, **kwargs):
        target = oslo_messaging.Target(topic=topic, version=version)
        return n_rpc.get_client(target).prepare().call(context, method, **kwargs)


APIS = {
    'l2': agent_rpc.PluginApi('q-plugin'),
    'dhcp': dhcp_agent.DhcpPluginApi('q-plugin', HOST),
    'l3': l3_agent.L3PluginApi('q-l3-plugin', HOST),
    'sg': securitygroups_rpc.SecurityGroupServerRpcApi('q-plugin'),
    'state': agent_rpc.PluginReportStateAPI('q-reports-plugin'),
    'resources': resources_rpc.ResourcesPullRpcApi(),
    'raw': Raw(),
}


def plain(value):
    if isinstance(value, (list, tuple, set)):
        return [plain(one) for one in value]
    if isinstance(value, collections.abc.Mapping):
        return {str(key): plain(one) for key, one in value.items()
                if not str(key).startswith('_')}
    if hasattr(value, 'to_dict'):
        return plain(value.to_dict())
    if isinstance(value, (str, int, float, bool, type(None))):
        return value
    return str(value)


def ask(api, method, arguments):
    kwargs = dict(arguments)
    args = () if api == 'dhcp' else (context,)
    try:
        return {'result': plain(getattr(APIS[api], method)(*args, **kwargs))}
    except oslo_messaging.RemoteError as error:
        return {'failure': error.exc_type, 'how': 'RemoteError', 'message': error.value}
    except Exception as error:
        return {'failure': type(error).__name__, 'how': type(error).__module__, 'message': str(error)}


print(json.dumps([ask(*one) for one in json.loads(sys.argv[2])]))
