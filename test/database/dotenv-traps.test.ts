import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dotenvTrap } from '../../src/database/connection/dotenv-traps.js'
import { connectionFromEnvironment } from '../../src/database/connection/check-connection.js'
import { readEnvironment } from '../../src/database/connection/environment.js'
import { runCli, useFolder } from '../cli/support/cli-process.js'
import { testConnection, useRole } from '../support/server.js'
import { expectOneLine } from '../cli/support/expect-one-line.js'

/** What is said of a password in `.env`, and what the password is. */
async function trapOf(line: string, field: 'password' | 'database' = 'password') {
  const cwd = await useFolder()
  await writeFile(join(cwd, '.env'), `CLOUDBERRY_HOST=db\n${line}\nCDC_SEED=1\n`)
  const connection = connectionFromEnvironment(readEnvironment({ cwd, env: {} }))
  return { trap: dotenvTrap(connection, [field], cwd), connection }
}

test.for([
  ['CLOUDBERRY_PASSWORD=pa#ss', 'pa', /`#`/],
  ['CLOUDBERRY_PASSWORD=pa #ss', 'pa', /`#`/],
  ['export CLOUDBERRY_PASSWORD = pa#ss', 'pa', /`#`/],
  ['CLOUDBERRY_PASSWORD: pa#ss', 'pa', /`#`/],
  ['CLOUDBERRY_PASSWORD="pa#ss', '"pa', /`#`/],
  ['CLOUDBERRY_PASSWORD=#pass', undefined, /`#`/],
  [String.raw`CLOUDBERRY_PASSWORD=pa\$ss`, String.raw`pa\$ss`, /backslash/],
  [String.raw`CLOUDBERRY_PASSWORD="pa\"ss"`, String.raw`pa\"ss`, /backslash/],
  [String.raw`CLOUDBERRY_PASSWORD="pa\nss"`, 'pa\nss', /end of a line/],
  ['CLOUDBERRY_PASSWORD=$SECRET', '$SECRET', /variable/],
  ['CLOUDBERRY_PASSWORD="${SECRET}x"', '${SECRET}x', /variable/],
  ['CLOUDBERRY_PASSWORD=$(pass show db)', '$(pass show db)', /variable/],
  ["CLOUDBERRY_PASSWORD='pass", "'pass", /quote/],
  ['CLOUDBERRY_PASSWORD=first\nCLOUDBERRY_PASSWORD=se#cond', 'se', /`#`/],
] as const)('%s is %s, and that is told', async ([line, password, what]) => {
  const { trap, connection } = await trapOf(line)
  expect(connection.password).toBe(password)
  expect(trap).toMatch(what)
  expect(trap).toContain('CLOUDBERRY_PASSWORD')
  expect(trap).not.toMatch(/pass|SECRET|ss"/)
})

test.for([
  'CLOUDBERRY_PASSWORD=pass',
  `CLOUDBERRY_PASSWORD='pa#ss'`,
  'CLOUDBERRY_PASSWORD="pa#ss" # the password',
  "CLOUDBERRY_PASSWORD=`pa#s's`",
  String.raw`CLOUDBERRY_PASSWORD='pa\nss'`,
  'CLOUDBERRY_PASSWORD=pass$',
  'CLOUDBERRY_USER=a#b',
  '# CLOUDBERRY_PASSWORD=pa#ss',
])('%s says what it means', async (line) => {
  expect((await trapOf(line)).trap).toBeUndefined()
})

test('other variables of the login, and a password from elsewhere', async () => {
  expect((await trapOf('CLOUDBERRY_DATABASE=my#db', 'database')).trap).toContain('CLOUDBERRY_DATABASE')
  const cwd = await useFolder()
  await writeFile(join(cwd, '.env'), 'CLOUDBERRY_PASSWORD=pa#ss\n')
  expect(dotenvTrap({ user: 'u', database: 'd', password: 'other' }, ['password'], cwd)).toBeUndefined()
  expect(dotenvTrap({ user: 'u', database: 'd', password: 'pa' }, ['password'], await useFolder())).toBeUndefined()
})

test('the command says it when the server refuses the password, and not when the password is only wrong', async () => {
  const connection = await useRole(testConnection())
  const cwd = await useFolder()
  const { host, port, database, user } = connection
  const login = {
    CLOUDBERRY_HOST: host,
    CLOUDBERRY_PORT: String(port),
    CLOUDBERRY_DATABASE: database,
    CLOUDBERRY_USER: user,
  }
  await writeFile(join(cwd, '.env'), 'CLOUDBERRY_PASSWORD=se#cret\n')
  expectOneLine(await runCli({ args: [], cwd, env: login }), 1, ['CLOUDBERRY_PASSWORD', '.env', 'dotenv'])
  await writeFile(join(cwd, '.env'), "CLOUDBERRY_PASSWORD='se#cret'\n")
  const { stderr } = await runCli({ args: [], cwd, env: login })
  expect(stderr).toContain('CLOUDBERRY_PASSWORD')
  expect(stderr).not.toContain('.env')
})
