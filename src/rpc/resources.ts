import { call, cast, defineInterface } from './interface.ts';

/** An oslo.versionedobjects object; nested objects in `data` have the same form, unset fields are absent. */
export interface VersionedObject {
  'versioned_object.name': string;
  'versioned_object.namespace': 'versionedobjects';
  'versioned_object.version': string;
  'versioned_object.data': Record<string, unknown>;
  'versioned_object.changes'?: string[];
}

/** Agents fetch versioned objects; `version` is the newest the agent understands. */
export const resourcesPull = defineInterface({
  topic: 'q-plugin',
  version: '1.1',
  methods: {
    pull: call<{ resource_type: string; version: string; resource_id: string }, VersionedObject | null>(
      '1.1',
    ),
    bulk_pull: call<
      { resource_type: string; version: string; filter_kwargs: Record<string, unknown> },
      VersionedObject[]
    >('1.1'),
  },
});

/** The server's push of changed objects, by fanout: one topic for each type and version. */
export const resourcesPush = (resourceType: string, version: string) =>
  defineInterface({
    topic: `neutron-vo-${resourceType}-${version}`,
    version: '1.1',
    methods: {
      push: cast<{ resource_list: VersionedObject[]; event_type: 'created' | 'updated' | 'deleted' }>('1.1'),
    },
  });

/** Servers tell each other by fanout what versions an agent reported. */
export const resourceVersions = defineInterface({
  topic: 'q-server-resource-versions',
  version: '1.0',
  methods: {
    report_agent_resource_versions: cast<{
      agent_type: string;
      agent_host: string;
      version_map: Record<string, string>;
    }>('1.0'),
  },
});
