import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readEnvironment } from '../../src/database/connection/environment.js'
import { childEnvironment } from '../../src/database/embedded/process-environment.js'
import { cdcError } from '../support/cdc-error.js'

async function useFolder(dotenv?: string): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'cdc-test-'))
  onTestFinished(() => rm(cwd, { recursive: true }))
  if (dotenv !== undefined) await writeFile(join(cwd, '.env'), dotenv)
  return cwd
}

test('takes the environment before .env', async () => {
  const cwd = await useFolder('CLOUDBERRY_HOST=file\nCLOUDBERRY_PORT=15432\nCLOUDBERRY_PASSWORD="hash#data@123"\n')
  const environment = readEnvironment({ cwd, env: { CLOUDBERRY_HOST: 'process', CDC_SEED: '7' } })
  expect(environment).toEqual({
    CLOUDBERRY_HOST: 'process',
    CLOUDBERRY_PORT: '15432',
    CLOUDBERRY_PASSWORD: 'hash#data@123',
    CDC_SEED: '7',
  })
})

test('takes only what is ours', async () => {
  const cwd = await useFolder('SECRET=1\nCDC_BATCHES=3\n')
  const env = { PATH: '/bin', CI: 'true', NO_COLOR: '1', CLOUDBERRY: 'x', MY_CDC_X: 'y' }
  expect(readEnvironment({ cwd, env })).toEqual({ CI: 'true', NO_COLOR: '1', CDC_BATCHES: '3' })
})

test('a variable that is set to nothing hides the one in .env', async () => {
  const cwd = await useFolder('CLOUDBERRY_HOST=file\n')
  expect(readEnvironment({ cwd, env: { CLOUDBERRY_HOST: '' } })).toEqual({})
})

test('does without .env, on request and when there is none', async () => {
  expect(readEnvironment({ cwd: await useFolder('CDC_SEED=1'), dotenv: false, env: {} })).toEqual({})
  expect(readEnvironment({ cwd: await useFolder(), env: {} })).toEqual({})
})

test('changes neither process.env nor its own result', async () => {
  const cwd = await useFolder('CDC_TEST_LEAK=1\n')
  const before = { ...process.env }
  const environment = readEnvironment({ cwd })
  expect(environment['CDC_TEST_LEAK']).toBe('1')
  expect(process.env).toEqual(before)
  expect(Object.isFrozen(environment)).toBe(true)
})

test('says in one line that .env cannot be read', async () => {
  const cwd = await useFolder()
  await mkdir(join(cwd, '.env'))
  const read = (): unknown => readEnvironment({ cwd, env: {} })
  expect(read).toThrow(cdcError('ERR_CDC_OPTIONS', `\`${join(cwd, '.env')}\``))
  expect(read).toThrow(/^.+$/)
})

test('keeps NODE_OPTIONS from child processes', () => {
  expect(childEnvironment()).toMatchObject({ PATH: process.env['PATH'] })
  expect(childEnvironment()).not.toHaveProperty('NODE_OPTIONS')
})
