import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** Test environments that look like a browser: `npm run test:dom`, which installs them. Apart, so that `npm ci` stays lean. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/dom/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 90_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
