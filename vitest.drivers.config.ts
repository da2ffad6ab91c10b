import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** The rows of many drivers: `npm run test:drivers`, which installs them. Apart, so that `npm ci` stays lean. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/drivers/*.test.ts'],
    globalSetup: ['test/drivers/global-setup.ts'],
    // A process of its own: the time zone changes under it.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
