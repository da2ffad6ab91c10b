import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { chineseOptions } from '../../docs/scripts/chinese.js'
import { documentedOptions } from '../../docs/scripts/documented-option.js'
import { variables } from '../../docs/scripts/variables.js'
import { longFlag } from '../../src/options/check-options.js'
import { optionRows, optionsOf } from '../../src/options/option-table.js'
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

const pages = ['docs/options.md', 'docs/zh-CN.md']

test.for([...optionsOf('command'), ...optionsOf('audit')])(
  '%s of the command line is documented',
  async ([name, { command, value }]) => {
    const { flags, variable } = command!
    const { choices = [] } = value
    expect(Object.keys(chineseOptions.commandOptions)).toContain(name)
    for (const page of pages) {
      const lines = (await read(page)).split('\n')
      const row = lines.find((line) => line.startsWith(`| \`${flags}\``) && line.includes(`\`${variable}`))
      expect(row, `${flags} in ${page}: npm run docs`).toBeDefined()
      for (const choice of choices) expect(row).toContain(`\`${choice}\``)
      expect(await description(page, flags)).toMatch(/.{2}/)
    }
  },
)

test('every option of a stream and of a test is documented', async () => {
  const declared = await documentedOptions()
  const names = new Set(declared.map(({ name }) => name))
  const rows = optionRows.filter(([, { has }]) => has.includes('engine') || has.includes('tests'))
  expect([...names].toSorted()).toEqual([...rows.map(([name]) => name), 'observe', 'signal'].toSorted())
  for (const { name, text } of declared) {
    expect(text, `a comment above \`${name}\``).not.toBe('')
    expect(Object.keys(chineseOptions.options)).toContain(name)
    for (const page of pages) expect(await description(page, name), `${name} in ${page}`).toMatch(/.{2}/)
  }
})

test('who has the command line has a way to type it, and the other way round', () => {
  for (const [name, { has, command, value, fallback }] of optionRows) {
    expect(has.includes('command') || has.includes('audit'), name).toBe(command !== undefined)
    if (command) expect(command.read ?? value.read, name).toBeDefined()
    if (fallback !== undefined) expect(value.schema.safeParse(fallback).success, name).toBe(true)
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
  const options = [...optionsOf('command'), ...optionsOf('audit')].map(([, { command }]) => command!.variable)
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
  const flags = [...optionsOf('command'), ...optionsOf('audit')].map(([, { command }]) => longFlag(command!.flags))
  expect(flags.filter((flag) => !new RegExp(`(?<![\\w-])${flag}(?![\\w-])`).test(run))).toEqual([])
})

test('every command of the help is documented', async () => {
  const { stdout } = await runHere(['--help'])
  const list = /^Commands:\n(.*?)\n\n/ms.exec(stdout)![1]!
  const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name!)
  expect(names).toContain('replay')
  for (const name of names) expect(await read('docs/options.md')).toContain(`\`cloudberry-cdc ${name}`)
})
