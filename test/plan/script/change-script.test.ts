import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBatches } from '../../../src/plan/batch-source.js'
import type { ChangeScript, ScriptRun } from '../../../src/plan/script/change-script.js'
import { parseScript } from '../../../src/plan/script/parse-script.js'
import { PLAN_FORMAT } from '../../../src/plan/plan-input.js'
import { scriptOf } from '../../../src/plan/script/script-of.js'
import { decodeRows, encodeRows } from '../../../src/plan/script/script-rows.js'
import { hazards, overlaps, planOptions, runs } from '../../support/arbitraries.js'
import { clockedTables } from '../../support/clocked-tables.js'
import { cdcError } from '../../support/cdc-error.js'
import { planInput } from '../../support/plan-inputs.js'

const S = 'store_sales_heap'
const R = 'store_returns_heap'

function script(batches: readonly (readonly ScriptRun[])[], more: Partial<ChangeScript> = {}): ChangeScript {
  return { format: PLAN_FORMAT, seed: 1, tables: [{ name: S }, { name: R, parent: S }], batches, ...more }
}

test('a plan becomes a script that means the same batches, also after JSON', () => {
  const property = fc.property(
    planOptions(),
    fc.option(hazards()),
    fc.option(overlaps()),
    fc.nat(20),
    (options, hazards, overlap, commits) => {
      const input = planInput({ ...options, hazards: hazards ?? undefined, ...(overlap && { overlap }) })
      const made = scriptOf(input, commits)
      const planned = openBatches(input)
      const parsed = parseScript(JSON.parse(JSON.stringify(made)) as ChangeScript)
      expect(parsed.batches).toEqual(Array.from({ length: commits }, () => planned.next().runs))
      const { seed, scale, nulls, businessDay, tables, baselineRows } = input
      expect(parsed).toMatchObject({ seed, scale, nulls, businessDay, baselineRows })
      expect(parsed.tables.map(({ name, baseline }) => ({ name, baseline }))).toEqual(
        tables.map(({ definition: { name }, baseline }) => ({ name, baseline })),
      )
      // The script of the script is the script.
      expect(scriptOf({ ...input, overlap: undefined, script: parsed.batches }, commits)).toEqual(made)
    },
  )
  fc.assert(property, runs(60))
})

test('the transactions of a script have the times of those of its plan', () => {
  const property = fc.property(planOptions(), overlaps(), (options, overlap) => {
    const input = planInput({ ...options, overlap, tables: clockedTables })
    const made = JSON.parse(JSON.stringify(scriptOf(input, 20))) as ChangeScript
    const begun = made.batches.flat().filter((run) => run[3] !== undefined)
    // The order of the commits needs no more than the script has anyway.
    expect(begun.filter(([, table]) => table !== 'by_begin' && table !== 'in_steps')).toEqual([])
    const batches = openBatches({ ...input, overlap: undefined, script: parseScript(made).batches })
    const planned = openBatches(input)
    for (let commit = 1; commit <= 20; commit++) {
      const times = ({ runs: changes }: ReturnType<typeof planned.next>): unknown =>
        changes.map(({ numbers, times: after, timesBefore }) => ({ numbers, after, timesBefore }))
      expect(times(batches.next())).toEqual(times(planned.next()))
    }
  })
  fc.assert(property, runs(30))
  const odd = script([[['insert', S, '1', 1.5]]])
  expect(() => parseScript(odd)).toThrow(cdcError('ERR_CDC_OPTIONS', '`script`', 'batches.0.0.3'))
})

test('rows survive their text, and runs of neighbours are short', () => {
  const number = fc.oneof(
    fc.integer({ min: -9, max: -1 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 2 ** 40 }),
  )
  const property = fc.property(fc.array(fc.tuple(number, fc.nat(2)), { minLength: 1 }), (pairs) => {
    const [numbers, versions] = [pairs.map(([row]) => row), pairs.map(([, version]) => version)]
    expect(decodeRows(encodeRows(numbers, versions))).toEqual({ numbers, versions })
  })
  fc.assert(property, runs(300))
  const numbers = Array.from({ length: 200 }, (_, i) => i + 5)
  expect(encodeRows([...numbers, 3, 4, -1], [...numbers.map(() => 0), 1, 1, 2])).toBe('5..204 3@1 4@1 -1@2')
})

describe('what the rules allow', () => {
  test.each<[string, ScriptRun[][]]>([
    [
      'a row that is changed again and again in one batch',
      [
        [
          ['insert', S, '1'],
          ['update', S, '1@1'],
          ['update', S, '1@2'],
        ],
      ],
    ],
    [
      'a row that comes back',
      [
        [
          ['insert', S, '1'],
          ['delete', S, '1'],
          ['insert', S, '1@1'],
        ],
        [['delete', S, '1@1']],
        [['insert', S, '1@2']],
      ],
    ],
    ['numbers that were left out and come late', [[['insert', S, '3']], [['insert', S, '1 2']], [['insert', S, '4']]]],
    ['numbers that are left out', [[['insert', S, '3 7']], [['insert', S, '9']]]],
    [
      'a child before its parent, in one batch',
      [
        [
          ['insert', R, '1'],
          ['insert', S, '1'],
        ],
      ],
    ],
    [
      'a parent that goes and comes back',
      [
        [
          ['insert', S, '1'],
          ['insert', R, '1'],
        ],
        [
          ['delete', S, '1'],
          ['insert', S, '1@1'],
        ],
      ],
    ],
    ['nothing', []],
  ])('%s', (_, batches) => {
    expect(parseScript(script(batches)).batches).toHaveLength(batches.length)
  })

  test('UPDATEs that leave some rows as they are', () => {
    const batches: ScriptRun[][] = [
      [
        ['insert', S, '1 2'],
        ['update', S, '1 2@1'],
      ],
      [['update', S, '1@1 2@1']],
      [['update', S, '1@2 2@2']],
    ]
    const before = parseScript(script(batches)).batches.map((runs) => runs.at(-1)!.before)
    expect(before).toEqual([[0, 0], [0, 1], undefined])
  })

  test('rows that stood there before, in tables and as rows 1 to n', () => {
    const images = [
      [3, 'a'],
      [5, 'b'],
    ]
    const tables = [{ name: 'mine', maxKey: 9, images }]
    const made = script(
      [
        [
          ['update', 'mine', '-2@1 2@1'],
          ['delete', 'mine', '-2@1 1'],
        ],
      ],
      { tables, baselineRows: 2 },
    )
    expect(parseScript(made).tables.map(({ baseline }) => baseline)).toEqual([{ maxKey: 9, sequences: {}, images }])
  })
})

describe('what breaks a rule is refused, by batch and change', () => {
  test.each<[ScriptRun[][], string[]]>([
    [
      [
        [['insert', S, '1']],
        [
          ['update', S, '1@1'],
          ['update', S, '2@1'],
        ],
      ],
      ['change 2 of batch 2', `UPDATE ${S} 2@1`, 'is there'],
    ],
    [
      [
        [
          ['insert', S, '1..3'],
          ['delete', S, '2'],
          ['update', S, '3@1 2@1'],
        ],
      ],
      ['change 6 of batch 1', `UPDATE ${S} 2@1`, 'is there'],
    ],
    [[[['delete', S, '-1']]], ['change 1 of batch 1', `DELETE ${S} -1`, 'is there']],
    [
      [
        [
          ['insert', S, '1'],
          ['insert', S, '1@1'],
        ],
      ],
      ['change 2 of batch 1', `INSERT ${S} 1@1`, 'not there'],
    ],
    [[[['insert', S, '2 1']]], ['change 2 of batch 1', `INSERT ${S} 1`, 'higher number']],
    [
      [
        [
          ['insert', S, '1 2'],
          ['delete', S, '1'],
        ],
        [['insert', S, '1@1 3']],
      ],
      ['change 2 of batch 2', `INSERT ${S} 3`, 'run of its own'],
    ],
    [
      [[['insert', S, '2']], [['insert', S, '1@1']]],
      ['change 1 of batch 2', `INSERT ${S} 1@1`, 'version 0'],
    ],
    [
      [[['insert', S, '2']], [['insert', S, '1 3']]],
      ['change 2 of batch 2', `INSERT ${S} 3`, 'run of its own'],
    ],
    [[[['insert', S, '-1']]], ['change 1 of batch 1', `INSERT ${S} -1`, 'above 0']],
    [[[['insert', S, '1@1']]], ['change 1 of batch 1', `INSERT ${S} 1@1`, 'version 0']],
    [
      [
        [
          ['insert', S, '1'],
          ['delete', S, '1'],
          ['insert', S, '1'],
        ],
      ],
      ['change 3 of batch 1', `INSERT ${S} 1`, 'version 1'],
    ],
    [
      [
        [
          ['insert', S, '1'],
          ['update', S, '1@2'],
        ],
      ],
      ['change 2 of batch 1', `UPDATE ${S} 1@2`, 'version 1'],
    ],
    [
      [
        [
          ['insert', S, '1'],
          ['update', S, '1@1'],
          ['delete', S, '1'],
        ],
      ],
      ['change 3 of batch 1', `DELETE ${S} 1`, 'version 1'],
    ],
    [
      [
        [
          ['insert', S, '1'],
          ['update', S, '1@1 1@2'],
        ],
      ],
      ['change 3 of batch 1', `UPDATE ${S} 1@2`, 'run'],
    ],
    [
      [
        [
          ['insert', S, '1'],
          ['insert', R, '2'],
        ],
      ],
      ['change 2 of batch 1', `INSERT ${R} 2`, `row 2 of \`${S}\``],
    ],
    [
      [
        [
          ['insert', S, '1'],
          ['insert', R, '1'],
        ],
        [['delete', S, '1']],
      ],
      ['change 1 of batch 2', `DELETE ${S} 1`, `row 1 of \`${R}\``],
    ],
    [[[['insert', S, `1 ${2 ** 40}`]]], ['batch 1', '10000000']],
    [[[['insert', 'sales', '1']]], ['batch 1', S, R, '`sales`']],
    [[[['insert', S, '0']]], ['got `0`']],
    [[[['insert', S, '3..1']]], ['got `3..1`']],
    [[[['insert', S, '1,2']]], ['got `1,2`']],
    [[[['insert', S, '']]], ['got ``']],
    [[[['insert', S, '1..99999999999']]], ['got `1..99999999999`']],
  ])('%j', (batches, named) => {
    expect(() => parseScript(script(batches))).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  })

  test.each<[unknown, (string | number)[]]>([
    [undefined, ['`script`', 'another value']],
    [script([[]]), ['`batches.0`']],
    [script([[['upsert', S, '1'] as never]]), ['`batches.0.0.0`']],
    [{ ...script([]), format: 99 }, ['format', PLAN_FORMAT, 99]],
    [{ ...script([]), sede: 1 }, ['`sede`']],
    [script([], { nulls: 'some' as never }), ['`nulls`', '`some`']],
    [script([], { scale: '1' as never }), ['`scale`', '`1`']],
    [script([], { scale: 2 }), ['`scale`', '`2`']],
    [{ ...script([]), seed: -1 }, ['`seed`']],
    [script([], { tables: [] }), ['`tables`']],
    [script([], { tables: [{ name: S }, { name: S }] }), ['table', `\`${S}\``]],
    [script([], { tables: [{ name: R, parent: S }, { name: S }] }), ['parent', `\`${R}\``]],
    [script([], { businessDate: '2024-02-30' }), ['`businessDate`', '`2024-02-30`']],
  ])('%j', (value, named) => {
    expect(() => parseScript(value as ChangeScript)).toThrow(cdcError('ERR_CDC_OPTIONS', ...named))
  })
})

test('what a script lacks is said, and not only that it is wrong', () => {
  const script = { format: 1, seed: 1, tables: 'sales', batches: [] }
  expect(() => parseScript(script as never)).toThrow(/`tables` \(.*expected array/)
})
