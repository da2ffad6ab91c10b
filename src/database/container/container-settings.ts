import { OptionsError } from '../../errors.js'
import type { Environment } from '../connection/environment.js'

const KINDS = ['cloudberry', 'postgres', 'mysql', 'mariadb'] as const

export interface ContainerSettings {
  readonly image: string
  /** Which variables the image takes, and how it tells that it is ready. */
  readonly kind: (typeof KINDS)[number]
  /** Milliseconds from the start of the container until it must be ready. */
  readonly startTimeout: number
  /** What the log says when an image is ready, where that is not what the default one of its kind says; of PostgreSQL, nothing. */
  readonly readyLine: RegExp | undefined
}

/** Built by the community; Apache publishes no image with a server: https://github.com/woblerr/docker-cloudberry */
export const CLOUDBERRY_IMAGE = 'woblerr/cloudberry:2.1.0-incubating'

/** The first start initializes a cluster, which takes one to two minutes. */
export const START_TIMEOUT = 300_000

/**
 * Reads CDC_CONTAINER_IMAGE, _KIND, _TIMEOUT (milliseconds) and _READY (a regular expression). An image with `postgres`
 * in its name is one of PostgreSQL, one with `mysql` or `mariadb` in it is of these.
 *
 * @throws OptionsError that names the variable which is wrong
 */
export function readContainerSettings(environment: Environment, given?: string): ContainerSettings {
  const image = given ?? environment['CDC_CONTAINER_IMAGE'] ?? CLOUDBERRY_IMAGE
  if (!/^\S+$/.test(image)) {
    throw new OptionsError(`Expected the name of a container image, got \`${image}\`. Set CDC_CONTAINER_IMAGE.`)
  }
  const readyLine = environment['CDC_CONTAINER_READY']
  return {
    image,
    kind: readKind(environment['CDC_CONTAINER_KIND'], image),
    startTimeout: readTimeout(environment['CDC_CONTAINER_TIMEOUT']),
    readyLine: readyLine === undefined ? undefined : readPattern(readyLine),
  }
}

function readKind(text: string | undefined, image: string): ContainerSettings['kind'] {
  if (text === undefined) return KINDS.find((kind) => image.toLowerCase().includes(kind)) ?? 'cloudberry'
  const found = KINDS.find((kind) => kind === text)
  if (found) return found
  throw new OptionsError(
    `Expected \`CDC_CONTAINER_KIND\` to be \`cloudberry\`, \`postgres\`, \`mysql\` or \`mariadb\`, got \`${text}\`. Set CDC_CONTAINER_KIND.`,
  )
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return START_TIMEOUT
  const timeout = Number(text)
  if (Number.isInteger(timeout) && timeout >= 1 && timeout <= 86_400_000) return timeout
  throw new OptionsError(
    `Expected \`CDC_CONTAINER_TIMEOUT\` to be a number of milliseconds from 1 to 86400000, got \`${text}\`. Set CDC_CONTAINER_TIMEOUT.`,
  )
}

function readPattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch (cause) {
    throw new OptionsError(
      `Expected \`CDC_CONTAINER_READY\` to be a regular expression, got \`${text}\`. Set CDC_CONTAINER_READY.`,
      { cause },
    )
  }
}
