import fc from 'fast-check'
import type { CatalogColumn, CatalogConstraint, CatalogTable } from '../../src/inspect/catalog-table.js'

/** A table of a schema that is drawn: what it points at are tables before it, or itself. */
interface DrawnTable {
  readonly key: 'int' | 'uuid' | 'place' | 'pair'
  readonly keys: readonly { readonly to: number; readonly nullable: boolean; readonly cascades: boolean }[]
  /** Which of its columns are unique together. */
  readonly uniques: readonly (readonly number[])[]
}

const nameOf = (index: number): string => `table_${index}`

const drawnTable = (): fc.Arbitrary<DrawnTable> =>
  fc.record({
    key: fc.constantFrom('int', 'int', 'uuid', 'place', 'pair'),
    keys: fc.array(fc.record({ to: fc.nat(7), nullable: fc.boolean(), cascades: fc.boolean() }), { maxLength: 3 }),
    uniques: fc.array(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
  })

/** Schemas of tables with keys of several kinds, foreign keys and unique columns; with or without a tenant in every key. */
export const schemas = (): fc.Arbitrary<CatalogTable[]> =>
  fc
    .tuple(fc.array(drawnTable(), { minLength: 2, maxLength: 6 }), fc.boolean())
    .map(([drawn, hasTenants]) => (hasTenants ? withTenants(drawn) : withKeys(drawn)))

function withKeys(drawn: readonly DrawnTable[]): CatalogTable[] {
  const tables: CatalogTable[] = []
  for (const [index, { key, keys, uniques }] of drawn.entries()) {
    const isComposite = (key === 'place' || key === 'pair') && index > 0
    const columns: CatalogColumn[] = isComposite ? [] : [column('id', key === 'uuid' ? 'uuid' : 'integer', true)]
    const own = isComposite ? (keys.length > 0 ? keys : [{ to: 0, nullable: false, cascades: true }]) : keys
    const constraints: CatalogConstraint[] = []
    const names = isComposite ? [] : ['id']
    const inKey = isComposite ? (key === 'pair' ? 2 : 1) : 0
    for (const [place, { to, nullable, cascades }] of own.entries()) {
      const isOwn = to % (index + 1) === index
      if (isOwn && isComposite) continue
      const other = tables[to % (index + 1)]
      const target = isOwn ? ['id'] : other!.constraints.find(({ kind }) => kind === 'primary')!.columns
      const typeOf = (name: string): string => (other?.columns ?? columns).find((one) => one.name === name)!.type
      const mine = target.map((name) => `f${place}_${name}`)
      columns.push(...mine.map((name, at) => column(name, typeOf(target[at]!), !nullable || place < inKey)))
      if (place < inKey) names.push(...mine)
      constraints.push(foreign(mine, nameOf(to % (index + 1)), target, cascades))
    }
    if (isComposite && (key === 'place' || constraints.length < 2)) {
      columns.push(column('no', 'smallint', true))
      names.push('no')
    }
    tables.push(finished(index, columns, [unique('primary', names), ...constraints], uniques))
  }
  return tables
}

/** Every table has the tenant, and points at others by it and a number. */
function withTenants(drawn: readonly DrawnTable[]): CatalogTable[] {
  return drawn.map(({ key, keys, uniques }, index) => {
    if (index === 0) return finished(0, [column('id', 'integer', true)], [unique('primary', ['id'])], [])
    const columns = [column('tenant_id', 'integer', true), column('id', 'integer', true)]
    const constraints = [
      unique('primary', key === 'int' ? ['id'] : ['tenant_id', 'id']),
      ...(key === 'int' ? [unique('unique', ['tenant_id', 'id'])] : []),
      foreign(['tenant_id'], nameOf(0), ['id'], true),
    ]
    for (const [place, { to, nullable, cascades }] of keys.entries()) {
      const other = 1 + (to % index)
      if (other === index && !nullable) continue
      columns.push(column(`f${place}`, 'integer', !nullable))
      constraints.push(foreign(['tenant_id', `f${place}`], nameOf(other), ['tenant_id', 'id'], cascades))
    }
    return finished(index, columns, constraints, uniques)
  })
}

function finished(
  index: number,
  columns: readonly CatalogColumn[],
  constraints: readonly CatalogConstraint[],
  uniques: DrawnTable['uniques'],
): CatalogTable {
  const all = [...columns, column('n', 'integer', true), column('s', 'smallint', true), column('b', 'boolean', true)]
  const sets = uniques
    .map((places) => [...new Set(places.map((place) => all[place % all.length]!.name))])
    // A part of a key of several columns comes with the rest: few rows differ in it alone.
    .map((names) => {
      const wide = constraints.filter((one) => one.kind !== 'unique' && one.columns.length > 1)
      const joined = wide.filter((one) => one.columns.some((name) => names.includes(name)))
      return [...new Set([...names, ...joined.flatMap((one) => one.columns)])]
    })
    .filter((names) => names.some((name) => name !== 'b'))
  return {
    schema: 'drawn',
    dialect: 'postgres',
    name: nameOf(index),
    columns: all,
    constraints: [...constraints, ...sets.map((names) => unique('unique', names))].map((one, place) => ({
      ...one,
      name: `c${place}`,
    })),
    oddIndexes: [],
    hasRowTriggers: false,
  }
}

function column(name: string, type: string, notNull: boolean): CatalogColumn {
  return {
    name,
    type,
    base: type,
    notNull,
    expression: null,
    expressionIsPortable: true,
    hasDomainDefault: false,
    generated: false,
    identity: null,
    labels: null,
    typeName: type,
    typeIsNear: false,
    types: [],
    typeIsPortable: true,
    domainChecks: [],
  }
}

function unique(kind: 'primary' | 'unique', columns: readonly string[]): CatalogConstraint {
  const definition = `${kind === 'primary' ? 'PRIMARY KEY' : 'UNIQUE'} (${columns.join(', ')})`
  return { ...EMPTY, kind, columns, definition }
}

function foreign(
  columns: readonly string[],
  table: string,
  tableColumns: readonly string[],
  cascades: boolean,
): CatalogConstraint {
  const rule = cascades ? ' ON DELETE CASCADE' : ''
  const definition = `FOREIGN KEY (${columns.join(', ')}) REFERENCES ${table}(${tableColumns.join(', ')})${rule}`
  return { ...EMPTY, kind: 'foreign', columns, definition, table, tableIsNear: true, tableColumns }
}

const EMPTY = { name: '', isPortable: true, table: null, tableIsNear: false, tableColumns: [] }
