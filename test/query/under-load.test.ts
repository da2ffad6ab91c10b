import { expect, test } from 'vitest'
import { createCdcStream, explainQuery, matchQuery } from '../../src/index.js'
import { useClient, useSchema } from '../support/server.js'
import { DIMENSIONS, queries } from './queries.js'

/** Reads of each query. Two hundred were made once, with the same result. */
const READS = process.env['CDC_TEST_ALL'] === '1' ? 200 : 10

/** Flat out, with late commits, rollbacks and several writers: INSERTs and DELETEs are alike, so that the tables do not grow. */
const load = {
  batches: 1_000_000,
  batchSize: 20,
  interval: 2,
  seed: 3,
  ratio: { insert: 40, update: 20, delete: 40 },
  writers: 2,
  lateCommit: 0.2,
  rollback: 0.1,
  createTables: true,
} as const

test.each(Object.entries(queries))(
  '%s: reads under load are found, and a group of another commit is told',
  { timeout: 300_000 },
  async (_, { sql, params = [], key = [] }) => {
    const target = await useSchema()
    const client = await useClient(target)
    await client.query(`SET search_path = ${target.schema}`)
    await using stream = createCdcStream({ ...load, target })
    await stream.step(10)
    await client.query(DIMENSIONS)
    const query = stream.query(sql, { params, key })
    stream.resume()
    for (let read = 0; read < READS; read++) {
      const { rows } = await stream.read(() => client.query(sql, [...params]))
      const found = await matchQuery(rows, query, { fresh: true })
      if (!found) expect(await explainQuery(rows, query, { fresh: true }), `read ${read}`).toBe(undefined)
    }
    const last = (await stream.stop()).commits
    expect(last).toBeGreaterThan(10)
    const keys = [key].flat()
    if (keys.length === 0) return
    // A row as it was after an earlier commit, among those of the last one.
    const idOf = (row: Readonly<Record<string, unknown>>): string => JSON.stringify(keys.map((name) => row[name]))
    const now = await query.at(last)
    for (let commit = last - 1; commit >= Math.max(0, last - 20); commit--) {
      const before = new Map((await query.at(commit)).map((row) => [idOf(row), row]))
      const changed = now.find((row) => {
        const old = before.get(idOf(row))
        return old && JSON.stringify(old) !== JSON.stringify(row)
      })
      if (!changed) continue
      const mixed = now.map((row) => (row === changed ? before.get(idOf(row))! : row))
      const found = await explainQuery(mixed, query, { since: Math.max(0, last - 20) })
      // Where no other group has changed since, that is what there was.
      if (!found) continue
      // Where another commit is as near, the other groups are those that are ahead.
      expect(found.anomalies[0]!.name).toMatch(/lost update|torn transaction|out of order/)
      for (const name of keys) expect(found.anomalies[0]!.key).toContain(`${name} = `)
      expect(found.anomalies[0]!.text).toMatch(
        new RegExp(`is as after commits? .*, the others as after commit ${found.nearest}`),
      )
      return
    }
  },
)
