import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import process from 'node:process'
import { fillPage } from './fill-page.js'
import { pages } from './pages.js'
import { root } from './root.js'

const checkOnly = process.argv.includes('--check')

for (const page of await pages()) {
  try {
    const text = await readFile(resolve(root, page), 'utf8')
    const filled = await fillPage(page, text)
    if (filled === text) continue
    if (checkOnly) throw new Error(`${page} is not what its sources give: run \`npm run docs\``)
    await writeFile(resolve(root, page), filled)
    console.log(`${page}: written`)
  } catch (error) {
    process.exitCode = 1
    console.error((error as Error).message)
  }
}
