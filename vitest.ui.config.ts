import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** What Vitest's own pages show: `npm run test:ui`, which installs both majors. Apart, so that `npm ci` stays lean. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/ui/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
