import { readdir, readFile } from 'node:fs/promises'
import { Option } from 'commander'
import { expect, test } from 'vitest'
import { chineseOptions } from '../../docs/scripts/chinese.js'
import { readOptions } from '../../docs/scripts/documented-option.js'
import { variables } from '../../docs/scripts/variables.js'
import { testOptionRules } from '../../fixtures/cdc-test-options.js'
import { settingTable } from '../../src/cli/settings.js'
import { optionRules } from '../../src/options/resolve-options.js'
import { runHere } from '../cli/support/run-here.js'
import { documentedCommands } from './support/documented-commands.js'

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The last cell of the row of a table that begins with a name. */
async function description(page: string, name: string): Promise<string | undefined> {
  const row = (await read(page)).split('\n').find((line) => line.startsWith(`| \`${name}\``))
  return row
    ?.split(/(?<!\\)\|/)
    .at(-2)
    ?.trim()
}

const pages = ['docs/options.md', 'README.zh-CN.md']

test.for(Object.entries(settingTable))('%s of the command line is documented', async ([name, setting]) => {
  const { flags, env, choices = [] } = setting
  expect(Object.keys(chineseOptions.commandOptions)).toContain(name)
  for (const page of pages) {
    const lines = (await read(page)).split('\n')
    const row = lines.find((line) => line.startsWith(`| \`${flags}\``) && line.includes(`\`${env}`))
    expect(row, `${flags} in ${page}: npm run docs`).toBeDefined()
    for (const choice of choices) expect(row).toContain(`\`${choice}\``)
    expect(await description(page, flags)).toMatch(/.{2}/)
  }
})

test('every option of a stream and of a test is documented, and has a rule or needs none', async () => {
  const declared = [
    ...(await readOptions('src/stream/cdc-options.ts', 'CdcOptions')),
    ...(await readOptions('fixtures/cdc-test-options.ts', 'CdcTestOptions')),
  ]
  const names = new Set(declared.map(({ name }) => name))
  expect([...names]).toEqual(expect.arrayContaining([...Object.keys(optionRules), ...Object.keys(testOptionRules)]))
  for (const { name, text } of declared) {
    expect(text, `a comment above \`${name}\``).not.toBe('')
    expect(Object.keys(chineseOptions.options)).toContain(name)
    for (const page of pages) expect(await description(page, name), `${name} in ${page}`).toMatch(/.{2}/)
  }
})

test('every variable that the sources read is documented', async () => {
  const named = new Set<string>()
  for (const folder of ['src', 'fixtures']) {
    for (const path of await readdir(new URL(`../../${folder}`, import.meta.url), { recursive: true })) {
      if (!path.endsWith('.ts')) continue
      for (const [, name = ''] of (await read(`${folder}/${path}`)).matchAll(/\['((?:CDC|CLOUDBERRY)_\w+)'\]/g)) {
        named.add(name)
      }
    }
  }
  expect(named.size).toBeGreaterThan(10)
  const options = Object.values(settingTable).map(({ env }) => env)
  const documented = new Set([...options, ...Object.keys(variables)])
  expect([...named].filter((name) => !documented.has(name))).toEqual([])
  expect(Object.keys(chineseOptions.variables)).toEqual(Object.keys(variables))
})

test('every option of the command line is in a command that CI runs', async () => {
  const commands = (await documentedCommands()).flatMap((region) => region.commands).join('\n')
  const tests = await Promise.all(
    (await readdir(new URL('../cli', import.meta.url)))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => read(`test/cli/${name}`)),
  )
  const run = [commands, ...tests].join('\n')
  const flags = Object.values(settingTable).map((setting) => new Option(setting.flags).long!)
  expect(flags.filter((flag) => !new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(run))).toEqual([])
})

test('every command of the help is documented', async () => {
  const { stdout } = await runHere(['--help'])
  const list = /^Commands:\n(.*?)\n\n/ms.exec(stdout)![1]!
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!)
  expect(names).toContain('replay')
  for (const name of names) expect(await read('docs/options.md')).toContain(`\`cloudberry-cdc ${name}`)
})
