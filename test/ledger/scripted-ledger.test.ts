import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeScript } from '../../fixtures/arbitraries/index.js'
import type { Row } from '../../src/ledger/change.js'
import type { ChangeScript } from '../../src/plan/script/change-script.js'
import { parseScript } from '../../src/plan/script/parse-script.js'
import type { PlanInput } from '../../src/plan/plan-input.js'
import { storeSales } from '../../src/tables/store-sales.js'
import { runs } from '../support/arbitraries.js'
import { ledgerAt } from '../support/ledger-at.js'
import { NaiveTables } from '../support/naive-tables.js'
import { planInput } from '../support/plan-inputs.js'
import { onlyKey } from '../support/only-key.js'

function inputOf(script: ChangeScript): PlanInput {
  const { batches, tables, ...rest } = parseScript(script)
  const foreign = tables.map(({ baseline }) => baseline)
  return { ...planInput({ foreign }), ...rest, script: batches }
}

test('under any script, chains and rows that come back included, contents and changes are those of a naive model', () => {
  const property = fc.property(changeScript({ noopUpdates: true, maxChanges: 12 }), (script) => {
    const input = inputOf(script)
    const ledger = ledgerAt(input, () => script.batches.length)
    const model = new NaiveTables(input)
    const applied = input.tables.map(() => new Map<string, Row>())
    input.script!.forEach((batch, index) => {
      model.apply({ commit: index + 1, runs: batch })
      const state = ledger.at(index + 1)
      for (const { kind, table, key, before, after } of ledger.changes(index + 1)) {
        const rows = applied[table === storeSales.name ? 0 : 1]!
        expect(rows.get(key)).toEqual(before)
        expect([before !== undefined, after !== undefined]).toEqual([kind !== 'insert', kind !== 'delete'])
        if (after) rows.set(key, after)
        else rows.delete(key)
      }
      input.tables.forEach(({ definition: { name, key } }, table) => {
        const expected = model.rows(table)
        expect(applied[table]).toEqual(expected)
        expect(new Map([...state.rows(name)].map((row) => [String(row[onlyKey(key)]), row]))).toEqual(expected)
        expect(state.count(name)).toBe(expected.size)
      })
    })
  })
  fc.assert(property, runs(100))
})
