import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const EXTENDING = /^export interface (\w+) extends ([^{]+) {/
const DERIVED = /^export type (\w+) = .*\b(?:keyof|typeof)\b/

/**
 * Writes out the exported types that are computed from others, as from a table of options, interfaces with a line for each
 * property: nobody computes types in his head, and what they are computed from is not what a user sees.
 */
export function writeOut(entries, compilerOptions, work) {
  const computed = entries.flatMap(({ file, declarations }) =>
    declarations.flatMap((declaration) => {
      const [, derived] = DERIVED.exec(declaration) ?? []
      if (derived !== undefined) return [{ file, declaration, name: derived, isInterface: false }]
      const [, name, base] = EXTENDING.exec(declaration) ?? []
      const isComputed = name !== undefined && (base.includes('<') || declarations.some((one) => isAlias(one, base)))
      return isComputed ? [{ file, declaration, name, isInterface: true }] : []
    }),
  )
  const source = join(work, 'written-out.mts')
  const lines = computed.map(({ file, name, isInterface }, index) => {
    const type = `import('${file.replace(/\.d\.ts$/, '.js')}').${name}`
    return `export type T${index} = ${isInterface ? `{ [K in keyof ${type}]: ${type}[K] }` : type}`
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
    const { declaration, name, isInterface } = computed[Number(symbol.name.slice(1))]
    const type = checker.typeToTypeNode(checker.getDeclaredTypeOfSymbol(symbol), undefined, flags)
    const print = (node) => ts.createPrinter().printNode(ts.EmitHint.Unspecified, node, file)
    const lines = isInterface
      ? [
          `export interface ${name} {`,
          ...type.members
            .toSorted((one, other) => (one.name.text < other.name.text ? -1 : 1))
            .map((member) => `    ${print(member)}`),
          '}',
        ]
      : [`export type ${name} = ${print(type)};`]
    texts.set(declaration, lines.join('\n'))
  }
  return entries.map(({ declarations, ...entry }) => ({
    ...entry,
    declarations: declarations.map((declaration) => texts.get(declaration) ?? declaration),
  }))
}

function isAlias(declaration, name) {
  return new RegExp(`^(?:export )?type ${name}\\b`).test(declaration)
}
