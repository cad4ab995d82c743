#!/usr/bin/python3
"""Consumes what the server pushes of versioned objects, as Python's agents do; a line for each, its object as JSON.

Arguments: a configuration file; a resource type.
"""
from neutron.common import eventlet_utils
eventlet_utils.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402

import eventlet  # noqa: E402
from neutron.api.rpc.callbacks.consumer import registry  # noqa: E402
from neutron.api.rpc.handlers import resources_rpc  # noqa: E402
from neutron.common import config as common_config  # noqa: E402
from neutron import objects  # noqa: E402
from neutron_lib import rpc as n_rpc  # noqa: E402

RESOURCE_TYPE = sys.argv[2]

common_config.register_common_config_options()
common_config.init(['--config-file', sys.argv[1]])
objects.register_objects()


def heard(context, resource_type, resources, event_type):
    for resource in resources:
        print(event_type, json.dumps(resource.to_dict(), default=str), flush=True)


registry.register(heard, RESOURCE_TYPE)
connection = n_rpc.Connection()
connection.create_consumer(
    resources_rpc.resource_type_versioned_topic(RESOURCE_TYPE),
    [resources_rpc.ResourcesPushRpcCallback()], fanout=True)
connection.consume_in_threads()
print('listens', flush=True)
while True:
    eventlet.sleep(60)
