"""What alembic would change of a database to make it the one that Neutron's own models describe; nothing is changed.

Argument: the database's URL. Prints a JSON list. Leaves out what Neutron's own test of models and migrations leaves
out: tables of plugins that left Neutron, indexes that MySQL makes of itself, defaults of primary keys.
"""
import json
import sys

import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from neutron.db.migration.alembic_migrations import external
from neutron.db.migration.models import head

engine = sqlalchemy.create_engine(sys.argv[1])
inspector = sqlalchemy.inspect(engine)


def is_compared(_object, name, kind, reflected, _compare_to):
    if kind == 'table':
        return not (name == 'alembic_version' or name in external.TABLES or name.startswith('nts_'))
    return True


def is_meant(difference):
    if isinstance(difference, tuple):
        if difference[0] == 'remove_index':
            index = difference[1]
            table = index.table.name
            key = inspector.get_pk_constraint(table)['constrained_columns']
            foreign = [one['name'] for one in inspector.get_foreign_keys(table)]
            return index.name not in foreign and not any(c.name in key for c in index.columns)
        return True
    kept = [
        one for one in difference
        if not (one[0] == 'modify_default'
                and one[3] in inspector.get_pk_constraint(one[2])['constrained_columns'])
    ]
    return len(kept) > 0


def is_other_default(_context, _inspected, meta, inspected_default, meta_default, _rendered):
    """MariaDB words true and false as numbers; None leaves the answer to alembic."""
    if not isinstance(meta.type, sqlalchemy.Boolean):
        return None
    if meta_default is None or inspected_default is None:
        return meta_default != inspected_default
    word = {sqlalchemy.sql.elements.True_: '1', sqlalchemy.sql.elements.False_: '0'}
    return word.get(type(meta_default.arg)) != inspected_default.strip("'")


with engine.connect() as connection:
    context = MigrationContext.configure(connection, opts={
        'include_object': is_compared,
        'compare_type': True,
        'compare_server_default': is_other_default,
    })
    found = compare_metadata(context, head.get_metadata())
print(json.dumps([repr(one) for one in found if is_meant(one)]))
