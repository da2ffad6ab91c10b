import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Contender } from '../support/interleave.js'
import { firstCommit } from './first-commit.js'

const run = promisify(execFile)
const TIMEOUT = 10_000

/** The same on a container of Testcontainers, or why that cannot be measured. Its image is never pulled here. */
export async function containerContender(name: string): Promise<Contender | string> {
  const image = process.env['CDC_CONTAINER_IMAGE'] ?? 'postgres:14'
  const asks = (...args: string[]): Promise<boolean> =>
    run('docker', args, { timeout: TIMEOUT }).then(
      () => true,
      () => false,
    )
  if (!(await asks('info'))) return `${name}: left out, no Docker engine answers.`
  if (!(await asks('image', 'inspect', image))) {
    return `${name}: left out, there is no image ${image}. Pull it, or set CDC_CONTAINER_IMAGE.`
  }
  return async () => {
    process.env['CDC_TARGET'] = 'container'
    process.env['CDC_CONTAINER_IMAGE'] = image
    process.env['CDC_CONTAINER_KIND'] = 'postgres'
    try {
      return await firstCommit(name)
    } finally {
      delete process.env['CDC_TARGET']
    }
  }
}
