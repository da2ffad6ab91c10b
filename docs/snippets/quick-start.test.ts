import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runVitest } from '../../test/support/vitest-run.js'
import { shortened } from './support/shortened.js'

const example = new URL('../../examples/quick-start/', import.meta.url)

/** The files of the example, in one folder. */
async function files(job: string): Promise<Record<string, string>> {
  const read = async (path: string): Promise<string> => readFile(new URL(path, example), 'utf8')
  const spec = await read('test/copy-sales.test.ts')
  return { 'copy-sales.ts': await read(job), 'copy-sales.spec.ts': spec.replace('../src/', './') }
}

test('the test of the quick start is green', async () => {
  const { tests, output } = await runVitest({ files: await files('src/copy-sales.ts') })
  expect(tests, output).toMatchObject([{ status: 'passed' }, { status: 'passed' }])
})

test('a wrong job fails both tests, with a message that says what is wrong', async () => {
  const { tests, output } = await runVitest({ files: await files('wrong/copy-sales.ts') })
  expect(tests, output).toMatchObject([{ status: 'failed' }, { status: 'failed' }])
  const [failure = ''] = tests[0]!.failures
  await expect(shortened(failure).replace('copy-sales.spec.ts', 'test/copy-sales.test.ts')).toMatchFileSnapshot(
    'output/quick-start.txt',
  )
})
