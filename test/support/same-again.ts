import { join } from 'node:path'
import { expect } from 'vitest'
import {
  type CdcOptions,
  type ChangeScript,
  createCdcStream,
  readScript,
  type TableDefinition,
} from '../../src/index.js'
import { useFolder } from '../cli/support/cli-process.js'
import { useSchema } from './server.js'

/** Options of a stream on tables of its own. */
export type Again = CdcOptions & { readonly tables: readonly TableDefinition[] }

type Target = Awaited<ReturnType<typeof useSchema>>

/** What a run has made of its tables, which are as its ledger has them. */
async function fingerprints(target: Target, more: CdcOptions): Promise<string[]> {
  await using stream = createCdcStream({ target, createTables: true, interval: 0, ...more })
  await stream.start()
  await stream.finished
  expect(await stream.verify()).toMatchObject({ equal: true, differences: [] })
  return stream.ledger.tables.map((table) => stream.ledger.at().fingerprint(table))
}

/** A run that is broken off and resumed by its token makes what the token makes from the beginning. */
export async function expectSameByToken(some: Again): Promise<void> {
  const { tables } = some
  const target = await useSchema()
  let token = ''
  const observe: CdcOptions['observe'] = (event) => {
    if (event.type === 'resumable' && event.token !== undefined) token = event.token
  }
  {
    await using begun = createCdcStream({ ...some, target, observe })
    await begun.step(6)
  }
  const made = await fingerprints(target, { tables, resume: token })
  expect(made).toEqual(await fingerprints(await useSchema(), { tables, token }))
}

/** A record that is run as a script makes what it was recorded of. Returns the script. */
export async function expectSameByRecord(some: Again): Promise<ChangeScript> {
  const { tables } = some
  const record = join(await useFolder(), 'record.ndjson')
  const made = await fingerprints(await useSchema(), { ...some, record })
  const script = await readScript(record)
  await using ran = createCdcStream({ target: await useSchema(), tables, createTables: true })
  await ran.run(script)
  expect(await ran.verify()).toMatchObject({ equal: true, differences: [] })
  expect(ran.ledger.tables.map((table) => ran.ledger.at().fingerprint(table))).toEqual(made)
  return script
}
