import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/drivers/**/*.test.ts'],
    globalSetup: ['test/drivers/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
