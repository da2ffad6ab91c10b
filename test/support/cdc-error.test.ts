import { expect, test } from 'vitest'
import { OptionsError, TargetError } from '../../src/errors.js'
import { cdcError, naming } from './cdc-error.js'

const message = 'Expected `rate` of `t_1.orders` to be a number from 0.001 to 10, got `-5`. Set --rate or CDC_RATE.'

test.for([
  ['rate', '`-5`', 10],
  [-5, '--rate'],
  ['`t_1.orders`', 'orders', 'CDC_RATE', '0.001'],
])('%j are named', (named) => {
  expect(message).toMatch(naming(...named))
})

test.for(['rat', 5, 1, '001', 'order', 't_1.order', 'CDC', '--rat', '`5`', 'r.te'])('%j is not', (name) => {
  expect(message).not.toMatch(naming('rate', name))
})

test('the code counts, and every name', () => {
  const refuse = (): never => {
    throw new OptionsError(message)
  }
  expect(refuse).toThrow(cdcError('ERR_CDC_OPTIONS', '`rate`', -5))
  expect(refuse).not.toThrow(cdcError('ERR_CDC_TARGET', '`rate`', -5))
  expect(refuse).not.toThrow(cdcError('ERR_CDC_OPTIONS', '`rate`', -6))
  expect(new TargetError('down')).not.toEqual(cdcError('ERR_CDC_TARGET', 'up'))
})
