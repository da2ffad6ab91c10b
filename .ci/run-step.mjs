import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const children = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGTERM')
    process.exit(1)
  })
}

/** Runs a step: how many seconds that took, and what passed and failed. */
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

  const { passed, failed } = isCounted
    ? countTests(report, code)
    : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  const seconds = Math.round((performance.now() - begun) / 1000)
  console.log(`::: ${name}: ${passed} passed, ${failed} failed in ${seconds} s`)
  return { name, seconds, passed, failed }
}

/** A test file that cannot be loaded, or an error outside any test, fails the run without a failed test to count. */
function countTests(report, code) {
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed }
}
