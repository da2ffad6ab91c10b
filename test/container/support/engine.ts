import { getContainerRuntimeClient, ImageName } from 'testcontainers'
import type { TestProject } from 'vitest/node'

/** What the container tests run on. */
export interface Containers {
  /** Why they are skipped. */
  readonly skipped?: string
  /** The images that all tests of targets run on. */
  readonly images: readonly string[]
  /** The image that behaves like Cloudberry's on request. */
  readonly lookAlike?: string
  /** The image with MariaDB. */
  readonly mariadb?: string
}

declare module 'vitest' {
  interface ProvidedContext {
    containers: Containers
  }
}

const LOOK_ALIKE = 'localhost/cloudberry-look-alike:test'
const POSTGRES = 'localhost/postgres:14'
const MARIADB = 'localhost/mariadb:debian'

export async function setup(project: TestProject): Promise<void> {
  const containers = await findContainers()
  if (containers.skipped !== undefined) console.log(`Container tests are skipped: ${containers.skipped}`)
  project.provide('containers', containers)
}

async function findContainers(): Promise<Containers> {
  let exists: (name: string) => Promise<boolean>
  try {
    const { image } = await getContainerRuntimeClient()
    exists = (name) => image.exists(ImageName.fromString(name))
  } catch (error) {
    return { skipped: (error as Error).message, images: [] }
  }
  const given = process.env['CDC_CONTAINER_IMAGE']
  const built = (await exists(LOOK_ALIKE)) && (await exists(POSTGRES))
  if (given) return { images: [given], ...(built ? { lookAlike: LOOK_ALIKE } : {}) }
  const mariadb = (await exists(MARIADB)) ? { mariadb: MARIADB } : {}
  if (built) return { images: [LOOK_ALIKE, POSTGRES], lookAlike: LOOK_ALIKE, ...mariadb }
  return { skipped: 'the images are not built; run test/container/image/build.sh', images: [] }
}
