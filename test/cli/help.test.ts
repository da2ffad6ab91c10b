import { expect, test } from 'vitest'
import { optionsOf } from '../../src/options/option-table.js'
import { runCli } from './support/cli-process.js'
import { runHere } from './support/run-here.js'

test('the help lists every option with its variable', async () => {
  const { code, stdout, stderr } = await runCli({ args: ['--help'] })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const text = stdout.replaceAll(/\s+/g, ' ')
  for (const [name, { command }] of optionsOf('command')) {
    expect(text).toContain(command?.flags ?? name)
    expect(text).toMatch(new RegExp(`env: ${command?.variable}\\b`))
  }
})

test('the version is that of the package', async () => {
  expect(await runHere(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
})
