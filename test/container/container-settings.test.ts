import { expect, test } from 'vitest'
import { readContainerSettings } from '../../src/database/container/container-settings.js'
import { cdcError } from '../support/cdc-error.js'

test.each([
  [undefined, 'cloudberry'],
  ['woblerr/cloudberry:2.1.0-incubating', 'cloudberry'],
  ['apache/cloudberry:dev', 'cloudberry'],
  ['registry.postgres.example/team/cloudberry', 'cloudberry'],
  ['postgres:18-alpine', 'postgres'],
  ['bitnami/postgresql@sha256:0123', 'postgres'],
  ['pgvector/pgvector:pg17', 'cloudberry'],
  ['mariadb:11.4', 'mariadb'],
  ['registry.example/mirror/mysql:8.4', 'mysql'],
  ['MySQL/mysql-server', 'mysql'],
])('takes %s for %s', (image, kind) => {
  expect(readContainerSettings(image === undefined ? {} : { CDC_CONTAINER_IMAGE: image })).toMatchObject({ kind })
})

test('prefers the option to the variable, and the variable to the name', () => {
  const environment = { CDC_CONTAINER_IMAGE: 'other', CDC_CONTAINER_KIND: 'postgres', CDC_CONTAINER_READY: 'UP|DOWN' }
  expect(readContainerSettings({ ...environment, CDC_CONTAINER_TIMEOUT: '9000' }, 'mine')).toEqual({
    image: 'mine',
    kind: 'postgres',
    startTimeout: 9000,
    readyLine: /UP|DOWN/,
  })
  expect(readContainerSettings({})).toEqual({
    image: 'woblerr/cloudberry:2.1.0-incubating',
    kind: 'cloudberry',
    startTimeout: 300_000,
  })
})

test.each([
  ['CDC_CONTAINER_IMAGE', 'two words'],
  ['CDC_CONTAINER_KIND', 'oracle'],
  ['CDC_CONTAINER_TIMEOUT', '0'],
  ['CDC_CONTAINER_TIMEOUT', '1.5'],
  ['CDC_CONTAINER_TIMEOUT', 'soon'],
  ['CDC_CONTAINER_READY', '('],
])('says that %s cannot be `%s`', (name, value) => {
  const read = (): unknown => readContainerSettings({ [name]: value })
  expect(read).toThrow(cdcError('ERR_CDC_OPTIONS', name, `\`${value}\``))
})
