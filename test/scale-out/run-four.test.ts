import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { connectionVariables, runCli, useFolder } from '../cli/support/cli-process.js'
import { useSchema } from '../support/server.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const output = join(root, 'docs/snippets/output')

/** As the documentation shows it: with a token that fits on a line. */
function shown(text: string, schema: string): string {
  return text.replaceAll(/eyJ[\w-]+/g, (token) => `${token.slice(0, 16)}…`).replaceAll(schema, 'tpcds')
}

/** A folder with an `npx` that runs the command from source. */
async function useNpx(): Promise<string> {
  const folder = await useFolder()
  const loader = join(root, 'node_modules/tsx/dist/loader.mjs')
  const command = `exec "${process.execPath}" --import "${loader}" "${join(root, 'src/cli/main.ts')}" "$@"`
  await writeFile(join(folder, 'npx'), `#!/bin/sh\nshift\n${command}\n`)
  await chmod(join(folder, 'npx'), 0o755)
  return folder
}

test('four processes write one stream, and print what the documentation says', { timeout: 180_000 }, async () => {
  const connection = await useSchema()
  const { schema } = connection
  const plan = [
    'plan',
    '--shards',
    '4',
    '--seed',
    '42',
    '--total-batches',
    '25',
    '--ratio',
    '70/20/10',
    '--create-tables',
  ]
  const planned = await runCli({ args: plan, connection })
  expect({ code: planned.code, stderr: planned.stderr }).toEqual({ code: 0, stderr: '' })
  await expect(shown(planned.stdout, schema)).toMatchFileSnapshot(join(output, 'plan-shards.txt'))

  const PATH = [await useNpx(), process.env['PATH']].join(delimiter)
  const env = { ...process.env, ...connectionVariables(connection), PATH }
  const script = join(root, 'examples/scale-out/run-four.sh')
  const { stdout } = await promisify(execFile)('bash', [script], { cwd: await useFolder(), env })
  await expect(stdout).toMatchFileSnapshot(join(output, 'verify-shards.txt'))
  expect(stdout).toMatch(/^Total: 100 commits, 40000 changes, .*: as the ledgers have it\n/m)
})
