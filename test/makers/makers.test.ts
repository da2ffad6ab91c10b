import { expect, test } from 'vitest'
import { trySchema } from '../../src/cli/trial/try-schema.js'
import { readWholeSchema } from '../../src/inspect/inspect-tables.js'
import { useClient, useDatabase } from '../support/server.js'
import { makers, versionsOf } from './makers.js'
import { obtained } from './obtained.js'

/*
 * Schemas as their makers publish them: each is made in a database of its own, drafted, and streamed on with its draft as it
 * is. What came of it is in results/, of which docs/schemas.md has the table.
 */

test.for(makers)('$name', async (maker, { skip }) => {
  const folders = maker.packages.map((name) => obtained(name))
  skip(folders.includes(undefined), `${maker.packages.join(', ')} could not be had`)
  const connection = { ...(await useDatabase()), schema: maker.schema ?? 'public' }
  const client = await useClient(connection)
  await client.query(`SET search_path = ${connection.schema}, public`)
  await maker.make({ client, connection }, ...folders.map((folder) => folder ?? ''))
  const { tables } = await readWholeSchema(client, connection.schema)
  const { streams, rest, unchanging } = await trySchema(tables, { connection, changes: 1000 })
  const result = {
    maker: maker.name,
    kind: maker.kind,
    packages: versionsOf(maker),
    tables: tables.length,
    stream: streams.length,
    unchanging: unchanging.length,
    rest: rest.toSorted((a, b) => a.name.localeCompare(b.name)),
  }
  const text = `${JSON.stringify(result, undefined, 2)}\n`
  await expect(text).toMatchFileSnapshot(`results/${maker.name.toLowerCase().replaceAll(' ', '-')}.json`)
})
