import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const EXTENDING = /^export interface (\w+) extends ([^{]+) {/

/**
 * Writes out, a line for each property, the exported interfaces that are computed from other types, as from a table of
 * options: nobody computes types in his head, and what they are computed from is not what a user sees.
 */
export function writeOut(entries, compilerOptions, work) {
  const computed = entries.flatMap(({ file, declarations }) =>
    declarations.flatMap((declaration) => {
      const [, name, base] = EXTENDING.exec(declaration) ?? []
      const isComputed = name !== undefined && (base.includes('<') || declarations.some((one) => isAlias(one, base)))
      return isComputed ? [{ file, declaration, name }] : []
    }),
  )
  const source = join(work, 'written-out.mts')
  const lines = computed.map(({ file, name }, index) => {
    const type = `import('${file.replace(/\.d\.ts$/, '.js')}').${name}`
    return `export type T${index} = { [K in keyof ${type}]: ${type}[K] }`
  })
  writeFileSync(source, lines.join('\n'))
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, work)
  const program = ts.createProgram([source], options)
  const file = program.getSourceFile(source)
  const checker = program.getTypeChecker()
  const { NoTruncation, InTypeAlias, UseAliasDefinedOutsideCurrentScope } = ts.NodeBuilderFlags
  const flags = NoTruncation | InTypeAlias | UseAliasDefinedOutsideCurrentScope
  const [problem] = program.getSemanticDiagnostics(file)
  if (problem) throw new Error(`api: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`)
  const texts = new Map()
  for (const { symbol } of file.statements) {
    const { members } = checker.typeToTypeNode(checker.getDeclaredTypeOfSymbol(symbol), undefined, flags)
    const properties = members
      .toSorted((one, other) => (one.name.text < other.name.text ? -1 : 1))
      .map((member) => `    ${ts.createPrinter().printNode(ts.EmitHint.Unspecified, member, file)}`)
    const { declaration, name } = computed[Number(symbol.name.slice(1))]
    texts.set(declaration, [`export interface ${name} {`, ...properties, '}'].join('\n'))
  }
  return entries.map(({ declarations, ...entry }) => ({
    ...entry,
    declarations: declarations.map((declaration) => texts.get(declaration) ?? declaration),
  }))
}

function isAlias(declaration, name) {
  return new RegExp(`^(?:export )?type ${name}\\b`).test(declaration)
}
