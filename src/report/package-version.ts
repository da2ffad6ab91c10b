import { createRequire } from 'node:module'

export function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('vitest-cloudberry-cdc/package.json') as { version: string }
  return version
}
