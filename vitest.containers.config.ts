import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']
// The first start of a real cluster takes minutes.
const patience = process.env['CDC_CONTAINER_IMAGE'] ? 10 : 1

const config: ViteUserConfig = defineConfig({
  // The snippet of the documentation imports the package by its name.
  resolve: { alias: { 'vitest-cloudberry-cdc/container': `${import.meta.dirname}/src/database/container/index.ts` } },
  test: {
    include: ['test/container/**/*.test.ts'],
    globalSetup: ['test/container/support/engine.ts'],
    fileParallelism: false,
    testTimeout: 60_000 * patience,
    hookTimeout: 60_000 * patience,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
