import { expect, test } from 'vitest'
import { useAuditBench } from '../support/audited.js'
import { knownPipelines } from '../support/known-pipelines.js'

const RUNS = 20

test.for(knownPipelines)(
  `$name is graded $grade in ${RUNS} of ${RUNS} runs`,
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
