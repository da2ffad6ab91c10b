import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

const folder = new URL('../../docs/', import.meta.url)
const index = await readFile(new URL('README.md', folder), 'utf8')
/** The pages in the order of the index. */
const order = [...index.matchAll(/^- \[[^\]]+\]\(([\w-]+\.md)\): /gm)].map(([, page]) => page!)

test('the index has every page once, a line each', async () => {
  const names = await readdir(folder)
  const pages = names.filter((name) => name.endsWith('.md') && !['README.md', 'zh-CN.md'].includes(name))
  expect(order.toSorted()).toEqual(pages.toSorted())
})

test.for(order.map((page, index) => ({ page, next: order[index + 1] ?? 'decisions' })))(
  '$page ends with a link to $next',
  async ({ page, next }) => {
    const last = (await readFile(new URL(page, folder), 'utf8')).trimEnd().split('\n\n').at(-1)
    expect(last).toMatch(/^Next: /)
    expect(last).toContain(`](${next})`)
  },
)

test.for(['README.md', 'README.zh-CN.md'])('%s has at most 200 lines', async (page) => {
  const text = await readFile(new URL(`../${page}`, folder), 'utf8')
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(200)
})
