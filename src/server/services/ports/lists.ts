import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { cutInPieces, inOrderOfIds, inPieces, listRows, staysIn } from '../listing.ts';
import type { Item, ListQuery, RequestContext, ResourceService } from '../service.ts';
import { fromTo, ofNetwork, type Ports, these } from './details.ts';
import type { PortReads } from './reads.ts';
import { OWN_COLUMNS, type OwnColumn, type Port, type PortRow, portShape, visiblePorts } from './rows.ts';

type Connection = Kysely<Database>;

const isOwn = (column: string): column is OwnColumn => (OWN_COLUMNS as readonly string[]).includes(column);

/** The columns that a request's fields are in, when it asks for none but such of ports themselves. */
function ownColumns({ fields }: ListQuery): OwnColumn[] | undefined {
  const columns = fields?.map((field) => (field === 'tenant_id' ? 'project_id' : field));
  return columns?.every(isOwn) ? [...new Set(columns)] : undefined;
}

const presentOwn = (row: Partial<Record<OwnColumn, unknown>>): Item => ({
  ...row,
  ...('project_id' in row ? { tenant_id: row.project_id ?? '' } : {}),
  ...('admin_state_up' in row ? { admin_state_up: row.admin_state_up !== 0 } : {}),
});

const isInOrderOfIds = ({ sorts }: ListQuery): boolean =>
  sorts.every(({ key, direction }, index) => index === 0 && key === 'id' && direction === 'asc');

/** Whether a list has every port from its first to its last, in order of their ids. */
const isGapless = ({ isAdmin }: RequestContext, query: ListQuery): boolean =>
  isAdmin && Object.keys(query.filters).length === 0 && isInOrderOfIds(query);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** The device, and the owner if any, whose ports are asked for when nothing else is asked. */
function deviceAsked(query: ListQuery) {
  const { device_id: devices = [], tenant_id: owners = [], ...more } = query.filters;
  if (devices.length !== 1 || owners.length > 1 || Object.keys(more).length > 0) return undefined;
  if (!isInOrderOfIds(query) || query.marker !== undefined || query.pageReverse === true) return undefined;
  const [[device], [owner]] = [devices, owners];
  return isText(device) && (owner === undefined || isText(owner)) ? { device, owner } : undefined;
}

/** The network whose ports these rows are, all of them and no others. */
function networkListed({ isAdmin }: RequestContext, query: ListQuery, rows: readonly PortRow[]) {
  const { network_id: networks = [], ...more } = query.filters;
  const isWhole = query.marker === undefined && rows.length < (query.limit ?? 0);
  const [network] = networks;
  const isOnlyFilter = networks.length === 1 && Object.keys(more).length === 0;
  return isAdmin && isWhole && isOnlyFilter && isText(network) ? network : undefined;
}

/** How the ports of a list are named where the rest of them is read: with as little text as says which. */
function naming(
  context: RequestContext,
  query: ListQuery,
  rows: readonly PortRow[],
): (ids: readonly string[]) => Ports {
  if (isGapless(context, query)) return fromTo;
  const network = networkListed(context, query, rows);
  return network === undefined ? these : () => ofNetwork(network);
}

/** The lists of ports; one that asks for nothing but what the table of ports holds reads nothing else. */
export function portLists(
  db: Connection,
  reads: PortReads,
): Required<Pick<ResourceService, 'list' | 'pages'>> {
  async function whole(context: RequestContext, query: ListQuery): Promise<Port[]> {
    const asked = deviceAsked(query);
    if (asked) {
      const found = await reads.ofDevice(db, context, asked.device, asked.owner);
      return inOrderOfIds(found).slice(0, query.limit);
    }
    const rows = await listRows(reads.query(db).where(visiblePorts(context)), portShape, query);
    return reads.load(db, rows, naming(context, query, rows));
  }

  /** Columns of ports; what else a port has is joined only if it is filtered or sorted by. */
  const columnsOf = (context: RequestContext, query: ListQuery, columns: readonly OwnColumn[]) => {
    const selected = columns.map((column) => `ports.${column}` as const);
    const visible = visiblePorts(context);
    return staysIn(portShape, query)
      ? listRows(db.selectFrom('ports').select(selected).where(visible), portShape, query)
      : listRows(reads.query(db).clearSelect().select(selected).where(visible), portShape, query);
  };

  return {
    async list(context, query) {
      const columns = ownColumns(query);
      if (columns === undefined) return whole(context, query);
      return (await columnsOf(context, query, columns)).map(presentOwn);
    },
    async *pages(context, query) {
      const columns = ownColumns(query);
      if (columns !== undefined) {
        for (const rows of cutInPieces(await columnsOf(context, query, columns))) yield rows.map(presentOwn);
        return;
      }
      const gapless = isGapless(context, query);
      yield* inPieces<Port>({
        query,
        list: (piece) => whole(context, piece),
        ids: async () => (await columnsOf(context, query, ['id'])).map(({ id }) => id),
        load: (ids) => (gapless ? reads.fromTo(db, ids) : reads.byIds(db, ids)),
      });
    },
  };
}
