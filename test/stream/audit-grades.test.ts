import { expect, test } from 'vitest'
import { useAuditBench } from '../support/audited.js'
import { knownPipelines } from '../support/known-pipelines.js'
import { measureDelay } from '../support/measured-delay.js'

/** Twenty of each were made once, with the same result. */
const RUNS = process.env['CDC_TEST_ALL'] === '1' ? 20 : 3
const timeout = 600_000

test.for(knownPipelines)(
  `$name is graded $grade in ${RUNS} of ${RUNS} runs`,
  { timeout },
  async ({ grade, pipeline, load, audit }) => {
    const grades: string[] = []
    for (let run = 1; run <= RUNS; run++) {
      const bench = await useAuditBench({ ...load, seed: run })
      const found = await bench.audit(pipeline(), audit)
      grades.push(found.grade === grade ? grade : `${found.grade} (seed ${run}): ${found.because}`)
      await bench.stream[Symbol.asyncDispose]()
    }
    expect(grades).toEqual(Array(RUNS).fill(grade))
  },
)

test(`a delay is measured within 20 ms and one read in ${RUNS} of ${RUNS} runs`, { timeout }, async () => {
  const off: object[] = []
  for (let run = 1; run <= RUNS; run++) {
    const { isRight, injected, measured } = await measureDelay(run)
    console.log(`Delay of run ${run}: ${injected} ms, measured ${measured} ms`)
    if (!isRight) off.push({ run, injected, measured })
  }
  expect(off).toEqual([])
})
