import type { Environment } from '../target/environment.js'
import { type Redact, redactor } from '../target/redact.js'

/** Makes a text fit to be shown as a line, or in one. */
export type Clean = (text: string) => string

/** What takes the password of the configured database out of texts. */
export function passwordRedactor(environment: Environment | NodeJS.ProcessEnv): Redact {
  return redactor({
    password: environment['CLOUDBERRY_PASSWORD'],
    user: environment['CLOUDBERRY_USER'],
    database: environment['CLOUDBERRY_DATABASE'],
    schema: environment['CLOUDBERRY_SCHEMA'],
    host: environment['CLOUDBERRY_HOST'],
  })
}

/**
 * What keeps secrets from a line. Texts hold what servers said and what was typed: neither their line breaks nor their
 * terminal codes are to reach a line of ours.
 */
export function textCleaner(redact: Redact): Clean {
  // oxlint-disable-next-line no-control-regex
  return (text) => redact(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
}
