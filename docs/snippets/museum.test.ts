import { readFile } from 'node:fs/promises'
import { expect, test as plainTest } from 'vitest'
import { withCdcStream } from 'vitest-cloudberry-cdc'
import { exhibits } from '../../examples/museum/bugs/index.js'
import { shortened } from './support/shortened.js'

for (const { name, anomaly, options, wrong } of exhibits) {
  const test = withCdcStream({ ...options, seed: 12 })

  test(name, async ({ cdcStream, cloudberry, job, explore, strike }) => {
    const failure = await wrong({ cdcStream, cloudberry, job, explore, strike }).then(
      () => 'passed',
      (error: Error) => error.message,
    )
    expect(failure).toContain(`${anomaly}: `)
    await expect(shortened(failure)).toMatchFileSnapshot(`output/museum-${name}.txt`)
  })
}

plainTest.for(['docs/museum.md', 'examples/museum/README.md'])(
  '%s has every exhibit, with its report',
  async (page) => {
    const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8')
    for (const { name, report } of exhibits) {
      expect(text).toContain(`bugs/${name}.ts`)
      expect(text).toContain(`](${report})`)
    }
  },
)
