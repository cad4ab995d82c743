import type { TableDefinitions } from './definition.ts';

export const routersTables = {
  routers: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      name: 'varchar(255) null',
      status: 'varchar(16) null',
      admin_state_up: 'tinyint(1) null',
      gw_port_id: 'varchar(36) null',
      enable_snat: 'tinyint(1) default 1',
      standard_attr_id: 'bigint(20)',
      flavor_id: 'varchar(36) null',
    },
    primaryKey: ['id'],
    unique: {
      uniq_routers0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      flavor_id: ['flavor_id'],
      gw_port_id: ['gw_port_id'],
      ix_routers_project_id: ['project_id'],
    },
    foreignKeys: [
      {
        name: 'routers_ibfk_1',
        columns: ['gw_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'routers_ibfk_2',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'routers_ibfk_3',
        columns: ['flavor_id'],
        table: 'flavors',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
    ],
  },
  router_extra_attributes: {
    columns: {
      router_id: 'varchar(36)',
      distributed: 'tinyint(1) default 0',
      service_router: 'tinyint(1) default 0',
      ha: 'tinyint(1) default 0',
      ha_vr_id: 'int(11) null',
      availability_zone_hints: 'varchar(255) null',
    },
    primaryKey: ['router_id'],
    foreignKeys: [
      {
        name: 'router_extra_attributes_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  routerports: {
    columns: {
      router_id: 'varchar(36)',
      port_id: 'varchar(36)',
      port_type: 'varchar(255) null',
    },
    primaryKey: ['router_id', 'port_id'],
    unique: {
      uniq_routerports0port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'routerports_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'routerports_ibfk_2',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  routerroutes: {
    columns: {
      destination: 'varchar(64)',
      nexthop: 'varchar(64)',
      router_id: 'varchar(36)',
    },
    primaryKey: ['destination', 'nexthop', 'router_id'],
    indexes: {
      router_id: ['router_id'],
    },
    foreignKeys: [
      {
        name: 'routerroutes_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  floatingips: {
    columns: {
      project_id: 'varchar(255) null',
      id: 'varchar(36)',
      floating_ip_address: 'varchar(64)',
      floating_network_id: 'varchar(36)',
      floating_port_id: 'varchar(36)',
      fixed_port_id: 'varchar(36) null',
      fixed_ip_address: 'varchar(64) null',
      router_id: 'varchar(36) null',
      last_known_router_id: 'varchar(36) null',
      status: 'varchar(16) null',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_floatingips0floatingnetworkid0fixedportid0fixedipaddress: [
        'floating_network_id',
        'fixed_port_id',
        'fixed_ip_address',
      ],
      uniq_floatingips0standard_attr_id: ['standard_attr_id'],
    },
    indexes: {
      fixed_port_id: ['fixed_port_id'],
      floating_port_id: ['floating_port_id'],
      ix_floatingips_project_id: ['project_id'],
      router_id: ['router_id'],
    },
    foreignKeys: [
      {
        name: 'floatingips_ibfk_1',
        columns: ['fixed_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'floatingips_ibfk_2',
        columns: ['floating_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'floatingips_ibfk_3',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'RESTRICT',
      },
      {
        name: 'floatingips_ibfk_4',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  portforwardings: {
    columns: {
      id: 'varchar(36)',
      floatingip_id: 'varchar(36)',
      internal_neutron_port_id: 'varchar(36)',
      protocol: 'varchar(40)',
      standard_attr_id: 'bigint(20)',
      internal_ip_address: 'varchar(64)',
      internal_port_start: 'int(11)',
      internal_port_end: 'int(11)',
      external_port_start: 'int(11)',
      external_port_end: 'int(11)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_portforwardings0standard_attr_id: ['standard_attr_id'],
      uniq_port_forwardings0floatingip_id0protocol0external_ports: [
        'floatingip_id',
        'protocol',
        'external_port_start',
        'external_port_end',
      ],
      uniq_port_forwardings0ptcl0in_prt_id0in_ip_addr0in_prts: [
        'protocol',
        'internal_neutron_port_id',
        'internal_ip_address',
        'internal_port_start',
        'internal_port_end',
      ],
    },
    indexes: {
      portforwardings_ibfk_2: ['internal_neutron_port_id'],
    },
    foreignKeys: [
      {
        name: 'portforwardings_ibfk_1',
        columns: ['floatingip_id'],
        table: 'floatingips',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'portforwardings_ibfk_2',
        columns: ['internal_neutron_port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'portforwardings_ibfk_3',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  routerl3agentbindings: {
    columns: {
      router_id: 'varchar(36)',
      l3_agent_id: 'varchar(36)',
      binding_index: 'int(11) default 1',
    },
    primaryKey: ['router_id', 'l3_agent_id'],
    unique: {
      uniq_router_l3_agent_binding0router_id0binding_index0: ['router_id', 'binding_index'],
    },
    indexes: {
      l3_agent_id: ['l3_agent_id'],
    },
    foreignKeys: [
      {
        name: 'routerl3agentbindings_ibfk_1',
        columns: ['l3_agent_id'],
        table: 'agents',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'routerl3agentbindings_ibfk_2',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ha_router_agent_port_bindings: {
    columns: {
      port_id: 'varchar(36)',
      router_id: 'varchar(36)',
      l3_agent_id: 'varchar(36) null',
      state: "enum('active','standby','unknown') default 'standby' null",
    },
    primaryKey: ['port_id'],
    unique: {
      uniq_ha_router_agent_port_bindings0port_id0l3_agent_id: ['router_id', 'l3_agent_id'],
    },
    indexes: {
      l3_agent_id: ['l3_agent_id'],
    },
    foreignKeys: [
      {
        name: 'ha_router_agent_port_bindings_ibfk_1',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ha_router_agent_port_bindings_ibfk_2',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ha_router_agent_port_bindings_ibfk_3',
        columns: ['l3_agent_id'],
        table: 'agents',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ha_router_networks: {
    columns: {
      project_id: 'varchar(255)',
      network_id: 'varchar(36)',
    },
    primaryKey: ['project_id', 'network_id'],
    indexes: {
      network_id: ['network_id'],
    },
    foreignKeys: [
      {
        name: 'ha_router_networks_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  ha_router_vrid_allocations: {
    columns: {
      network_id: 'varchar(36)',
      vr_id: 'int(11)',
    },
    primaryKey: ['network_id', 'vr_id'],
    foreignKeys: [
      {
        name: 'ha_router_vrid_allocations_ibfk_1',
        columns: ['network_id'],
        table: 'networks',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  dvr_host_macs: {
    columns: {
      host: 'varchar(255)',
      mac_address: 'varchar(32)',
    },
    primaryKey: ['host'],
    unique: {
      mac_address: ['mac_address'],
    },
  },
  ndp_proxies: {
    columns: {
      project_id: 'varchar(255) null',
      name: 'varchar(255) null',
      id: 'varchar(36)',
      router_id: 'varchar(36)',
      port_id: 'varchar(36)',
      ip_address: 'varchar(64)',
      standard_attr_id: 'bigint(20)',
    },
    primaryKey: ['id'],
    unique: {
      standard_attr_id: ['standard_attr_id'],
      uniq_ndp_proxy0router_id0ip_address: ['router_id', 'ip_address'],
    },
    indexes: {
      ix_ndp_proxies_project_id: ['project_id'],
      port_id: ['port_id'],
    },
    foreignKeys: [
      {
        name: 'ndp_proxies_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ndp_proxies_ibfk_2',
        columns: ['port_id'],
        table: 'ports',
        references: ['id'],
        onDelete: 'CASCADE',
      },
      {
        name: 'ndp_proxies_ibfk_3',
        columns: ['standard_attr_id'],
        table: 'standardattributes',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  router_ndp_proxy_state: {
    columns: {
      router_id: 'varchar(36)',
      enable_ndp_proxy: 'tinyint(1)',
    },
    primaryKey: ['router_id'],
    foreignKeys: [
      {
        name: 'router_ndp_proxy_state_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
  conntrack_helpers: {
    columns: {
      id: 'varchar(36)',
      router_id: 'varchar(36)',
      protocol: 'varchar(40)',
      port: 'int(11)',
      helper: 'varchar(64)',
    },
    primaryKey: ['id'],
    unique: {
      uniq_conntrack_helpers0router_id0protocol0port0helper: ['router_id', 'protocol', 'port', 'helper'],
    },
    foreignKeys: [
      {
        name: 'conntrack_helpers_ibfk_1',
        columns: ['router_id'],
        table: 'routers',
        references: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  },
} as const satisfies TableDefinitions;
