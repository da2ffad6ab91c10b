import { resolve } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { generated } from './generated.js'
import { readSource } from './region.js'
import { root } from './root.js'

const GENERATED = /^<!-- generated: (\S+) -->\n.*?^<!-- end of \1 -->$/gms
/** A mark below which no block stands: what it asks for would be left out without a word. */
const ALONE = /^<!-- from: (\S+) -->\n(?!\n?```)/m
const BLOCK = /^(?:<!-- ([^>]*?) -->\n\n?)?(```+)([^\n]*)\n.*?^\2$/gms

/**
 * A page with its generated parts and the code blocks made anew, as Prettier has it. A code block stands below
 * `<!-- from: PATH -->` or `<!-- from: PATH#region -->`; a block of `text` that no file can hold below `<!-- drawing -->`.
 *
 * @throws Error for a block without a source, for a source without a block, and for a source that is not there
 */
export async function fillPage(path: string, text: string): Promise<string> {
  const withParts = await replaceAll(text, GENERATED, async ([, name = '']) => {
    const part = generated[name]
    if (!part) throw new Error(`${path} asks for \`${name}\`, which nothing generates`)
    return `<!-- generated: ${name} -->\n\n${await part()}\n\n<!-- end of ${name} -->`
  })
  const alone = ALONE.exec(withParts)?.[1]
  if (alone !== undefined) throw new Error(`${path}: no code block below the mark of ${alone}; put an empty one there`)
  const filled = await replaceAll(withParts, BLOCK, async ([block, mark = '', fence, language]) => {
    const source = /^from: (\S+)$/.exec(mark)?.[1]
    if (source !== undefined) {
      return `<!-- ${mark} -->\n\n${fence}${language}\n${await readSource(source)}\n${fence}`
    }
    if (mark === 'drawing' && language === 'text') return block!
    const line = withParts.slice(0, withParts.indexOf(block!)).split('\n').length
    throw new Error(`${path}:${line}: a code block without a source; put \`<!-- from: FILE#region -->\` above it`)
  })
  const file = resolve(root, path)
  return format(filled, { ...(await resolveConfig(file)), filepath: file })
}

/** Like `String.replaceAll`, for replacements that have to be waited for. */
async function replaceAll(
  text: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => Promise<string>,
): Promise<string> {
  const parts: string[] = []
  let end = 0
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), await replace(match))
    end = match.index + match[0].length
  }
  return [...parts, text.slice(end)].join('')
}
