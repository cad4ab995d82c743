/** The options of routers, on the server. */
export interface RouterSettings {
  readonly max_routes: number;
  readonly enable_snat_by_default: boolean;
  readonly l3_ha: boolean;
  readonly router_distributed: boolean;
  readonly default_availability_zones: readonly string[];
}
