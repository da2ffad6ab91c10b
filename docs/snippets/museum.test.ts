import { expect } from 'vitest'
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
