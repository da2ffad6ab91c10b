import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

/**
 * What one entry exports and names, a declaration each, as API Extractor reads them off what the build has made. Without
 * imports, and without what it says of comments.
 */
export function extract(root, declarations, compilerOptions, work) {
  const reportFileName = 'entry'
  const problems = []
  const { succeeded } = Extractor.invoke(
    ExtractorConfig.prepare({
      configObject: {
        projectFolder: root,
        mainEntryPointFilePath: declarations,
        newlineKind: 'lf',
        compiler: {
          overrideTsconfig: {
            compilerOptions: compilerOptions,
            files: [declarations],
          },
        },
        // What a signature names without its being exported is part of the contract all the same.
        apiReport: {
          enabled: true,
          reportFileName,
          reportFolder: work,
          reportTempFolder: work,
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: { extractorMessageReporting: { 'ae-forgotten-export': { logLevel: 'none' } } },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, 'package.json'),
    }),
    {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true
        if (message.logLevel === 'error') problems.push(message.formatMessageWithLocation())
      },
    },
  )
  if (!succeeded) throw new Error(`api: ${declarations} could not be read.\n${problems.join('\n')}`)
  const [, code] = /```ts\n([\s\S]*?)\n```/.exec(readFileSync(join(work, 'entry.api.md'), 'utf8'))
  return code
    .replaceAll(/^ *\/\/ (?:@public.*|\(undocumented\)|\(No @packageDocumentation.*)\n/gm, '')
    .split(/\n{2,}/)
    .map((declaration) => declaration.trim())
    .filter((declaration) => declaration !== '' && !declaration.startsWith('import '))
}
