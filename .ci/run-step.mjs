import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the end repeats of a failure: what a long log buries is lost where only its end is kept. */
export const FAILURE_LINES = 40

const children = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGTERM')
    process.exit(1)
  })
}

/** Runs a step: how many seconds that took, what passed and failed, and the failures' messages, so that the end can repeat them. */
export async function runStep({ name, command, minutes, isCounted }, { work, tarball, isAlone }) {
  console.log(`::: ${name}: ${command}`)
  const begun = performance.now()
  const [report, log] = [join(work, `${name}.json`), join(work, `${name}.log`)]
  const output = isAlone ? 'inherit' : openSync(log, 'w')
  // `timeout` ends the whole group of processes.
  const child = spawn('timeout', ['--kill-after=20', `${minutes}m`, 'bash', '-c', command], {
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      ...(isCounted && { CDC_TEST_REPORT: report }),
      ...(existsSync(tarball) && { CDC_TEST_TARBALL: tarball }),
    },
  })
  children.add(child)
  const [code] = await once(child, 'close')
  children.delete(child)
  if (!isAlone) process.stdout.write(readFileSync(log))

  const { passed, failed, failures } = isCounted
    ? countTests(report, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, failures: code === 0 || isAlone ? [] : [endOf(log)] }
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`::: ${name}: ${passed} passed, ${failed} failed in ${seconds} s`)
  return { name, seconds, passed, failed, failures }
}

/** A test file that cannot be loaded, or an error outside any test, fails the run without a failed test to count. */
function countTests(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1, failures: [] }
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const failures = testResults.flatMap(({ name: file, message, assertionResults }) => [
    ...(message ? [`${file}\n${message}`] : []),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${file} > ${fullName}\n${failureMessages.join('\n')}`),
  ])
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, failures }
}

const endOf = (log) => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-FAILURE_LINES).join('\n')
