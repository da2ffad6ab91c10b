import { setTimeout as delay } from 'node:timers/promises'
import { getContainerRuntimeClient } from 'testcontainers'
import { expect, inject, onTestFinished } from 'vitest'
import type { Environment } from '../../../src/database/connection/environment.js'
import { CONTAINER_LABEL } from '../../../src/database/container/start-container.js'
import { openContainer } from '../../../src/database/container/open-container.js'
import type { StartedTarget } from '../../../src/database/connection/connection.js'
import type { Containers } from './engine.js'

/** What the run found to test on. */
export const containers: Containers = inject('containers') ?? { skipped: 'not a container run', images: [] }

/** A container for the current test. */
export async function useContainer(image: string, environment: Environment = {}): Promise<StartedTarget> {
  const target = await openContainer({ environment: { ...environment, CDC_CONTAINER_IMAGE: image } })
  onTestFinished(() => target[Symbol.asyncDispose]())
  return target
}

/** The containers on this machine that Testcontainers made and that are not its own, in whatever state. */
export async function leftovers(label: string = 'org.testcontainers'): Promise<string[]> {
  const { container } = await getContainerRuntimeClient()
  const list = await container.dockerode.listContainers({ all: true, filters: { label: [label] } })
  return list
    .filter(({ Labels }) => Labels['org.testcontainers.ryuk'] !== 'true')
    .map(({ Image, State }) => `${Image} ${State}`)
}

/** Checks that nothing of ours is left, also not a moment later. */
export async function expectNoContainers(): Promise<void> {
  expect(await leftovers()).toEqual([])
  // By the clock: that nothing comes any more is told by nobody.
  await delay(1_500)
  expect(await leftovers()).toEqual([])
}

export { CONTAINER_LABEL }
