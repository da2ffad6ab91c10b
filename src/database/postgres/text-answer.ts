import type { ClientBase, QueryArrayConfig } from 'pg'
import type { Column, ColumnType, ScalarType } from '../../tables/column.js'
import type { Statement, TextAnswer } from '../client.js'

/**
 * By OID of the type: what its values are compared as, and the OID of its arrays
 * (https://github.com/postgres/postgres/blob/REL_14_STABLE/src/include/catalog/pg_type.dat). Numbers without a fraction are
 * numerics: `count(*)` is a `bigint`, and a table that keeps it may have an `int` for it, or a `numeric(12,2)`.
 */
const TYPES: readonly (readonly [oid: number, arrayOid: number, type: ScalarType])[] = [
  [16, 1000, 'bool'],
  [17, 1001, 'bytea'],
  [20, 1016, 'numeric'],
  [21, 1005, 'numeric'],
  [23, 1007, 'numeric'],
  [26, 1028, 'numeric'],
  [1700, 1231, 'numeric'],
  [700, 1021, 'float4'],
  [701, 1022, 'float8'],
  [1082, 1182, 'date'],
  [1083, 1183, 'time'],
  [1114, 1115, 'timestamp'],
  [1184, 1185, 'timestamptz'],
  [1186, 1187, 'interval'],
  [2950, 2951, 'uuid'],
  [114, 199, 'json'],
  [3802, 3807, 'jsonb'],
  [869, 1041, 'inet'],
  [650, 651, 'cidr'],
  [1560, 1561, 'varbit'],
  [1562, 1563, 'varbit'],
  [25, 1009, 'text'],
  [1043, 1015, 'text'],
  [1042, 1014, 'text'],
  [18, 1002, 'text'],
  [19, 1003, 'text'],
]

const byOid: ReadonlyMap<number, ColumnType> = new Map(
  TYPES.flatMap(([oid, arrayOid, type]): (readonly [number, ColumnType])[] => [
    [oid, type],
    [arrayOid, `${type}[]`],
  ]),
)

/** With values as the server writes them. In the extended protocol, so that it is one statement. */
export async function askForTexts(client: ClientBase, { text, values = [] }: Statement): Promise<TextAnswer> {
  const query: QueryArrayConfig & { readonly queryMode: 'extended' } = {
    text,
    values: [...values],
    rowMode: 'array',
    types: { getTypeParser: () => (given: unknown) => given },
    queryMode: 'extended',
  }
  const { fields, rows } = await client.query<(string | null)[]>(query)
  const columns = fields.map(({ name, dataTypeID }): Column => ({ name, type: byOid.get(dataTypeID) ?? 'text' }))
  return { columns, rows }
}
