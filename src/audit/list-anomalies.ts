import type { AuditAnomaly } from './audit-grade.js'
import type { AuditRead } from './audit-read.js'
import type { OrderedReads } from './order.js'

interface Orders {
  readonly tables: readonly { readonly name: string; readonly order: OrderedReads }[]
  readonly together: OrderedReads | undefined
}

type Found = Pick<AuditAnomaly, 'name' | 'table' | 'key' | 'commit' | 'text' | 'history'>

/** The anomalies of all reads by their names, each with how many reads have it and the first evidence. */
export function listAnomalies(reads: readonly AuditRead[], orders: Orders): AuditAnomaly[] {
  const listed = new Map<string, AuditAnomaly>()
  const start = reads[0]?.began ?? 0
  for (const [index, { began, anomalies }] of reads.entries()) {
    const back = backwards(orders, index)
    for (const found of back ? [...anomalies, back] : anomalies) {
      const first = listed.get(found.name) ?? { ...found, reads: 0, read: index + 1, at: began - start }
      listed.set(found.name, { ...first, reads: first.reads + 1 })
    }
  }
  return [...listed.values()]
}

function backwards({ tables, together }: Orders, index: number): Found | undefined {
  const all = together ? [...tables, { name: tables.map(({ name }) => name).join(' and '), order: together }] : tables
  const found = all.find(({ order }) => order.backwards.has(index))
  if (!found) return undefined
  const commit = found.order.newest[index]
  const text = `backwards: ${found.name} is as after commit ${commit}, an earlier read showed commit ${found.order.floors[index]}`
  return { name: 'backwards', table: found.name, key: undefined, commit, text, history: undefined }
}
