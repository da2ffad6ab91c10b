import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { feedPage } from './page.js'
import { recordedRows } from './recorded-rows.js'

const root = new URL('../../', import.meta.url)

test('the page shows these feeds', async () => {
  const file = new URL('docs/feeds.md', root)
  await expect(await feedPage(await readFile(file, 'utf8'))).toMatchFileSnapshot(file.pathname)
})

test.for(recordedRows)('$tool, $setting: its test is there', async ({ test: [file, title] }) => {
  const quoted = [`'${title}'`, `"${title}"`, `${title}: (commits`]
  const text = await readFile(new URL(file, root), 'utf8')
  expect(quoted.some((each) => text.includes(each))).toBe(true)
})
