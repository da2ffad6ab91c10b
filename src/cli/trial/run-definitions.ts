import { arrayText } from '../../tables/types/array.js'
import { defineTable } from '../../tables/define-table.js'
import { Random } from '../../tables/random.js'
import { timestampText } from '../../tables/types/timestamp.js'
import type { TableDefinition } from '../../tables/table-definition.js'

const imported = { defineTable, arrayText, Random, timestampText }

/** The definitions of a draft in JavaScript, as a module of it would export them, in their order. */
export function runDefinitions(draft: string): readonly TableDefinition[] {
  const names: string[] = []
  const body = draft
    .replace(/^import .*$/m, '')
    .replaceAll(/^export (const (\S+) = )/gm, (_all, declared: string, name: string) => {
      names.push(name)
      return declared
    })
  // A file of it would have to find this package, which may be installed anywhere.
  // oxlint-disable-next-line typescript/no-implied-eval
  const run = new Function(...Object.keys(imported), `'use strict'\n${body}\nreturn [${names.join(', ')}]`) as (
    ...values: unknown[]
  ) => readonly TableDefinition[]
  return run(...Object.values(imported))
}
