"""Neutron's own policy engine: a line of {file, new_defaults, scope, cases} is answered with the cases' verdicts."""
import json
import logging
import sys
import tempfile
import warnings

logging.disable(logging.CRITICAL)
warnings.simplefilter('ignore')

from neutron_lib import context
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


for line in sys.stdin:
    task = json.loads(line)
    with tempfile.NamedTemporaryFile('w', suffix='.json') as given:
        json.dump(task['file'], given)
        given.flush()
        cfg.CONF.set_override('enforce_new_defaults', task['new_defaults'], 'oslo_policy')
        cfg.CONF.set_override('enforce_scope', task['scope'], 'oslo_policy')
        policy.refresh(policy_file=given.name)
        _engine._ROLE_ENFORCER = None
        _engine.init(policy_file=given.name)
        print(json.dumps([verdict(case) for case in task['cases']]), flush=True)
