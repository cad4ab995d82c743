"""Neutron's own validators and converters: reads a list of [kind, name, parameter, value], prints what each gives."""
import json
import logging
import sys
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from neutron_lib import exceptions
from neutron_lib.api import converters, validators
from neutron_lib.api.definitions import (  # noqa: F401
    address_scope, availability_zone, dns, multiprovidernet, subnetpool)
from neutron_lib.api.definitions import allowedaddresspairs  # noqa: F401
from oslo_config import cfg
from webob.exc import HTTPException

from neutron.conf import common
from neutron.conf.extensions import allowedaddresspairs as options
from neutron.extensions import rbac, securitygroup
from neutron.objects import address_group, address_scope as scopes, network, securitygroup as groups  # noqa: F401
from neutron.objects import subnetpool as pools  # noqa: F401

common.register_core_common_config_opts(cfg.CONF)
options.register_allowed_address_pair_opts()
cfg.CONF([], project='neutron', default_config_files=[])


def key_rules(rules):
    """Rules of dictionaries in Neutron's words, converters as functions."""
    return {key: {**{f'type:{name}': parameter for name, parameter in rule['validate'].items()},
                  'required': rule.get('required', False),
                  **({'convert_to': converter(rule['convert'])} if 'convert' in rule else {})}
            for key, rule in rules.items()}


def converter(name):
    for module, prefix in ((converters, 'convert_to_'), (converters, 'convert_'), (securitygroup, 'convert_'),
                           (rbac, 'convert_')):
        if module is converters and name in ('protocol',):
            continue
        found = getattr(module, prefix + name, None)
        if found:
            return found
    raise KeyError(name)


def outcome(kind, name, parameter, value):
    try:
        if kind == 'convert':
            found = converter(name)(value)
            if name == 'kvp_list_to_dict':
                found = {key: sorted(values) for key, values in found.items()}
            return {'value': found}
        if isinstance(parameter, dict):
            parameter = key_rules(parameter)
        elif name == 'list_of_any_key_specs_or_none':
            parameter = [key_rules(rules) for rules in parameter]
        verdict = validators.get_validator('type:' + name)(value, parameter)
        # What a client did not give of a segment is null here, and a mark of its own there.
        return {'verdict': verdict, 'value': None if name == 'network_segments' else value}
    except (exceptions.NeutronException, HTTPException) as error:
        return {'error': type(error).__name__, 'message': str(getattr(error, 'detail', None) or error)}
    except Exception as error:
        return {'crash': type(error).__name__}


json.dump([outcome(*case) for case in json.load(sys.stdin)], sys.stdout)
