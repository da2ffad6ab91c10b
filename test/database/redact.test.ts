import fc from 'fast-check'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { redactError, redactor } from '../../src/database/connection/redact.js'
import { runs } from '../support/arbitraries.js'

const PASSWORD = `p@ss/w?rd #1'"\\%€:x`

test.for([
  [`as it is: ${PASSWORD}.`, 'as it is: ***.'],
  [`encoded: ${encodeURIComponent(PASSWORD)}.`, 'encoded: ***.'],
  [`in small letters: ${encodeURIComponent(PASSWORD).toLowerCase()}.`, 'in small letters: ***.'],
  [`as a form: ${encodeURIComponent(PASSWORD).replaceAll('%20', '+')}.`, 'as a form: ***.'],
  [`in JSON: ${JSON.stringify({ PASSWORD })}.`, 'in JSON: {"PASSWORD":"***"}.'],
  [`twice: ${PASSWORD} ${PASSWORD}`, 'twice: *** ***'],
  ['nothing: postgresql://user@host/db, 5432, pass', 'nothing: postgresql://user@host/db, 5432, pass'],
] as const)('%s', ([text, redacted]) => {
  expect(redactor({ password: PASSWORD })(text)).toBe(redacted)
})

test('a login in a URL and `password=` are taken for secrets, whatever they are', () => {
  const redact = redactor({})
  expect(redact('got `postgresql://user:se/cr@et@host:5432/db`, not `x`')).toBe(
    'got `postgresql://user:***@host:5432/db`, not `x`',
  )
  expect(redact(`host=h password='a \\' b' user=u`)).toBe('host=h password=*** user=u')
  expect(redact('postgresql://host/db?password=secret&sslmode=require')).toBe(
    'postgresql://host/db?password=***&sslmode=require',
  )
  expect(redact('Set CLOUDBERRY_PASSWORD. See https://host:1/x.')).toBe(
    'Set CLOUDBERRY_PASSWORD. See https://host:1/x.',
  )
})

test('a password that is a public name, or too short to tell from other words, stays', () => {
  expect(redactor({ password: 'gpadmin', user: 'gpadmin' })('user gpadmin')).toBe('user gpadmin')
  expect(redactor({ password: 'a' })('a banana')).toBe('a banana')
})

test('nothing of an error has the password: causes, stacks, gathered errors, further texts', () => {
  const deepest = Object.assign(new Error(`deepest ${PASSWORD}`), { detail: `detail ${PASSWORD}`, code: '28P01' })
  const gathered = new AggregateError([new Error(`one ${PASSWORD}`), `two ${PASSWORD}`, deepest], `all ${PASSWORD}`)
  const error = new TypeError(`first ${PASSWORD}`, { cause: new Error(`second ${PASSWORD}`, { cause: gathered }) })
  deepest.cause = error
  expect(error.stack).toContain(PASSWORD)
  expect(redactError(error, redactor({ password: PASSWORD }))).toBe(error)
  const texts = [error, deepest, gathered].flatMap((each) => [
    each.stack,
    inspect(each, { depth: Infinity, showHidden: true }),
    JSON.stringify(Object.getOwnPropertyNames(each).map((name) => String(Reflect.get(each, name)))),
  ])
  // Within `inspect` and JSON, quotes and backslashes are written otherwise.
  for (const text of texts) expect(text).not.toContain('p@ss')
  expect(error.message).toBe('first ***')
  expect(deepest).toMatchObject({ code: '28P01', detail: 'detail ***' })
  expect(gathered.errors).toMatchObject([{ message: 'one ***' }, 'two ***', { message: 'deepest ***' }])
})

test('any password, in any form, is gone, and what is no password stays', () => {
  const passwords = fc.oneof(fc.string({ minLength: 4 }), fc.string({ minLength: 4, unit: 'binary' }))
  const words = fc.stringMatching(/^[a-z]{0,9}$/)
  fc.assert(
    fc.property(passwords, words, words, (password, before, after) => {
      fc.pre(!`${before}***${after}`.includes(password))
      const redact = redactor({ password })
      const forms = [password, encodeURIComponent(Buffer.from(password).toString()), JSON.stringify(password)]
      for (const form of forms) expect(redact(`${before} ${form} ${after}`)).not.toContain(password)
      fc.pre(!`${before}${after}`.includes('pwd'))
      expect(redact(`${before} . ${after}`)).toBe(`${before} . ${after}`)
    }),
    runs(300),
  )
})
