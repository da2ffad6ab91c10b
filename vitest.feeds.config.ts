import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** The feeds of real tools: `npm run test:feeds`, which installs their clients. Apart, so that `npm ci` stays lean. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/feeds/*.test.ts'],
    globalSetup: ['fixtures/global-setup.ts', 'test/feeds/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
