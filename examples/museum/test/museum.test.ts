import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { exhibits } from '../bugs/index.js'

/** With how many seeds each wrong job is found, and each mended one has to be right. */
const RUNS = Number(process.env['MUSEUM_RUNS'] ?? 5)

describe.for(exhibits.map((exhibit) => [exhibit.name, exhibit] as const))('%s', ([, exhibit]) => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const test = withCdcStream({ ...exhibit.options, seed })

    test(`is found, seed ${seed}`, async ({ cdcStream, cloudberry, job, explore, strike }) => {
      const found = exhibit.wrong({ cdcStream, cloudberry, job, explore, strike })
      await expect(found).rejects.toThrow(`${exhibit.anomaly}: `)
    })

    test(`is mended, seed ${seed}`, async ({ cdcStream, cloudberry, job, explore, strike }) => {
      await exhibit.mended({ cdcStream, cloudberry, job, explore, strike })
    })
  }
})
