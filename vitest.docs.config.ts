import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The snippets of the documentation import the package by its name, as users do. */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: {
      'vitest-cloudberry-cdc/arbitraries': source('fixtures/arbitraries/index.ts'),
      'vitest-cloudberry-cdc/engine': source('src/index.ts'),
      'vitest-cloudberry-cdc/matchers': source('fixtures/matchers/index.ts'),
      'vitest-cloudberry-cdc': source('fixtures/index.ts'),
    },
  },
  test: {
    include: ['docs/snippets/**/*.test.ts', 'test/vacuous/*.test.ts'],
    globalSetup: ['fixtures/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
