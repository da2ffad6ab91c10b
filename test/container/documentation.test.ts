import { expect, test } from 'vitest'
import { containers } from './support/containers.js'

const image = containers.lookAlike ?? ''

/** It imports the package by its name, which is there for the types only once the package is built. */
const snippet = new URL('../../docs/snippets/container.ts', import.meta.url).href

test.skipIf(image === '')('the container of the documentation starts, and answers', async () => {
  const { askCluster } = (await import(snippet)) as { askCluster(image: string, query: string): Promise<unknown> }
  expect(await askCluster(image, 'SELECT current_database()')).toBe('demo')
})
