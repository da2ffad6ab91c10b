import { expect, test } from 'vitest'
import { runCli } from '../../test/cli/support/cli-process.js'

/** The same clock, port and durations on every machine. */
function steady(line: string): string {
  return line
    .replace(/^\S+ \S+ - /, '2024-01-15 10:30:15 - ')
    .replace(/127\.0\.0\.1:\d+/, '127.0.0.1:37837')
    .replace(/in \d+\.\d\d s/, 'in 0.02 s')
}

test('what `npm start` prints', async () => {
  const args = ['--target', 'embedded', '--batch-interval', '0', '--seed', '42']
  const { stdout, code } = await runCli({ args })
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n').map(steady)
  const second = lines.findIndex((line) => line.includes('Batch 2 committed'))
  const shown = [...lines.slice(0, second + 1), '…', ...lines.slice(-1)]
  await expect(`${shown.join('\n')}\n`).toMatchFileSnapshot('output/start.txt')
})
