import { expect, test } from 'vitest'
import { fillPage } from '../../docs/scripts/fill-page.js'

const block = (mark: string, language = 'sh'): string => `# Page\n\n${mark}\n\n\`\`\`${language}\nold\n\`\`\`\n`

test('a code block gets what its source has', async () => {
  const filled = await fillPage('docs/page.md', block('<!-- from: docs/snippets/commands.sh#run -->'))
  expect(filled).toBe(
    block('<!-- from: docs/snippets/commands.sh#run -->').replace(
      'old',
      'npm run cli -- --total-batches 100 --batch-size 500 --batch-interval 0.5 --ratio 70/20/10',
    ),
  )
  expect(await fillPage('docs/page.md', filled)).toBe(filled)
})

test.for([
  ['no source', 'text', /^docs\/page\.md:5: a code block without a source/],
  ['<!-- drawing -->', 'ts', /a code block without a source/],
  ['<!-- from: docs/snippets/commands.sh#nowhere -->', 'sh', /commands\.sh#nowhere is empty or not there/],
  ['<!-- from: docs/snippets/nowhere.sh -->', 'sh', /ENOENT/],
] as const)('a block below `%s` is refused', async ([mark, language, message]) => {
  await expect(fillPage('docs/page.md', block(mark, language))).rejects.toThrow(message)
})

test.for(['', 'Text.\n', '    code\n', '``\n'])('a mark above no block is refused: %j', async (below) => {
  const page = `# Page\n\n<!-- from: docs/snippets/commands.sh#test -->\n\n${below}`
  await expect(fillPage('docs/page.md', page)).rejects.toThrow(
    /no code block below the mark of docs\/snippets\/commands\.sh#test/,
  )
})

test('a drawing is left as it is, and a table is made anew', async () => {
  const drawing = block('<!-- drawing -->', 'text')
  expect(await fillPage('docs/page.md', drawing)).toBe(drawing)
  const page = '# Page\n\n<!-- generated: variables -->\n\nold\n\n<!-- end of variables -->\n'
  expect(await fillPage('docs/page.md', page)).toMatch(/^\| `CLOUDBERRY_HOST` +\|/m)
  await expect(fillPage('docs/page.md', page.replaceAll('variables', 'no-such'))).rejects.toThrow(/nothing generates/)
})
