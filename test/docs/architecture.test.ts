import { access, readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

test('the page about the architecture has every folder of src, in the order of their imports, with a file to begin with', async () => {
  const page = await readFile(new URL('docs/architecture.md', root), 'utf8')
  const rows = [...page.matchAll(/^\| `([\w/]+)` .*\| `([\w/.-]+)` +\|$/gm)]
  const listed = rows.map(([, folder]) => folder!)
  const entries = await readdir(new URL('src', root), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `src/${name}`)
  expect(listed).toEqual(expect.arrayContaining([...folders, 'fixtures', 'test', 'bench', 'docs']))
  const checked = await readFile(new URL('.dependency-cruiser.mjs', root), 'utf8')
  const order = [.../^const order = \[(.*?)\]/ms.exec(checked)![1]!.matchAll(/'(\w+)'/g)].map(
    ([, name]) => `src/${name}`,
  )
  expect(listed.filter((folder) => folder.startsWith('src/'))).toEqual(order)
  for (const [, folder, file] of rows) await access(new URL(`${folder}/${file}`, root))
})
