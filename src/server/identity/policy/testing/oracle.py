"""
Neutron's own policy engine. A line of {file, new_defaults, scope, cases} is answered with the cases' verdicts; one of
{attributes, trees} with the names of the rules that it asks for each tree's body.
"""
import json
import logging
import sys
import tempfile
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from neutron_lib import constants, context
from neutron_lib.api import attributes, converters
from neutron_lib.policy import _engine
from oslo_config import cfg

from neutron import policy

parents = {}


class Plugin:
    """Stands for every plugin: knows the parents that a case gives."""

    def __getattr__(self, name):
        return lambda ctx, id, fields=None: parents[name[len('get_'):]]


policy.directory.get_plugin = lambda *args: Plugin()
policy.OwnerCheck._extract = lambda self, kind, id, field: parents[kind][field]
for collection in ('networks', 'subnetpools', 'address_scopes', 'address_groups'):
    known = attributes.RESOURCES.setdefault(collection, {})
    for name in ('shared', 'router:external'):
        known.setdefault(name, {})['convert_to'] = converters.convert_to_boolean
cfg.CONF([], project='neutron', default_config_files=[])


def verdict(case):
    who = case['who']
    ctx = context.Context(user_id=who['user'], tenant_id=who['project'], roles=who['roles'],
                          system_scope=who['system'])
    parents.clear()
    parents.update(case['parents'])
    try:
        return bool(policy.check(ctx, case['rule'], dict(case['target']), pluralized='no_attributes'))
    except Exception as error:
        return type(error).__name__


def rules_asked(tree):
    target = dict(tree['body'])
    if tree['changed'] is not None:
        target['attributes_to_update'] = tree['changed']
    return policy._process_rules_list([], policy._build_match_rule(tree['action'], target, tree['collection']))


def attributes_of(collection):
    for attribute in collection.values():
        if attribute.get('default') == '<ATTR_NOT_SPECIFIED>':
            attribute['default'] = constants.ATTR_NOT_SPECIFIED
        if not attribute.get('enforce_policy'):
            attribute.pop('enforce_policy', None)
    return collection


for line in sys.stdin:
    task = json.loads(line)
    if 'trees' in task:
        attributes.RESOURCES.update({name: attributes_of(one) for name, one in task['attributes'].items()})
        policy.init()
        print(json.dumps([rules_asked(tree) for tree in task['trees']]), flush=True)
        continue
    with tempfile.NamedTemporaryFile('w', suffix='.json') as given:
        json.dump(task['file'], given)
        given.flush()
        cfg.CONF.set_override('enforce_new_defaults', task['new_defaults'], 'oslo_policy')
        cfg.CONF.set_override('enforce_scope', task['scope'], 'oslo_policy')
        policy.refresh(policy_file=given.name)
        _engine._ROLE_ENFORCER = None
        _engine.init(policy_file=given.name)
        print(json.dumps([verdict(case) for case in task['cases']]), flush=True)
