import { describe, expect } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { exhibits } from '../bugs/index.js'

/** With how many seeds each wrong job has to be found, and each mended one to be right. */
const RUNS = Number(process.env['MUSEUM_RUNS'] ?? 3)

const seeds = Array.from({ length: RUNS }, (_, index) => index + 1)
const test = withCdcStream()

for (const { name, anomaly, options, wrong, mended, idle } of exhibits) {
  describe.for(seeds)(`${name}, seed %i`, (seed) => {
    test.override({ cdcOptions: { ...options, seed } })

    test('is found', async ({ cdcStream, cloudberry, job, explore, strike }) => {
      const found = wrong({ cdcStream, cloudberry, job, explore, strike })
      await expect(found).rejects.toThrow(`${anomaly}: `)
    })

    test('is mended', async ({ cdcStream, cloudberry, job, explore, strike }) => {
      await mended({ cdcStream, cloudberry, job, explore, strike })
    })
  })

  describe(name, () => {
    test.override({ cdcOptions: { ...options, seed: 1 } })

    test('is not mended by doing nothing', async ({ cdcStream, cloudberry, job, explore, strike }) => {
      await expect(idle({ cdcStream, cloudberry, job, explore, strike })).rejects.toThrow()
    })
  })
}
