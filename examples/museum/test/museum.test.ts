import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { exhibits } from '../bugs/index.js'

/** With how many seeds each wrong job has to be found, and each mended one to be right. */
const RUNS = Number(process.env['MUSEUM_RUNS'] ?? 5)

for (const { name, anomaly, options, wrong, mended } of exhibits) {
  describe(name, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const test = withCdcStream({ ...options, seed })

      test(`is found, seed ${seed}`, async ({ cdcStream, cloudberry, job, explore, strike }) => {
        const found = wrong({ cdcStream, cloudberry, job, explore, strike })
        await expect(found).rejects.toThrow(`${anomaly}: `)
      })

      test(`is mended, seed ${seed}`, async ({ cdcStream, cloudberry, job, explore, strike }) => {
        await mended({ cdcStream, cloudberry, job, explore, strike })
      })
    }
  })
}
