import { defineConfig, type ViteUserConfig } from 'vitest/config'

const report = process.env['CDC_TEST_REPORT']

/** Tests that kill processes, crash servers and attack: `npm run test:slow`. Apart, so that `npm test` stays short. */
export const slow: string[] = [
  'test/faults/**/*.test.ts',
  'test/safety/**/*.test.ts',
  'test/cli/{resume,replay,refusal,long-runs}.test.ts',
  'test/stream/{resume,hazards,overlap}.test.ts',
  'test/writer/{exactly-once,hazards-in-doubt}.test.ts',
  'test/fixtures/{keep,foreign-schema,reporter,signals}.test.ts',
  'test/target/embedded/*.test.ts',
]

const config: ViteUserConfig = defineConfig({
  test: {
    include: slow,
    globalSetup: ['test/support/global-setup.ts'],
    maxWorkers: 3,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})

export default config
