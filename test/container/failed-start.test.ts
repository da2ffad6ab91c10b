import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { openContainer } from '../../src/database/container/open-container.js'
import { containers, expectNoContainers, leftovers } from './support/containers.js'
import { expectTargetError } from './support/one-line.js'
import { runScript } from './support/script.js'

describe.skipIf(containers.skipped)('a start', () => {
  afterAll(expectNoContainers)

  describe.each(containers.images)('of %s', (image) => {
    // While the image is looked up, the container is created, it starts, and its database starts. By the clock, because
    // Testcontainers does not tell how far it is.
    test.each([0, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000, 1_500])(
      'that is given up after %i ms leaves no container',
      async (time) => {
        const { signal, abort, reason } = abortable()
        setTimeout(abort, time)
        const begun = performance.now()
        await expect(openContainer({ environment: { CDC_CONTAINER_IMAGE: image }, signal })).rejects.toBe(reason)
        expect(performance.now() - begun).toBeLessThan(time + 5_000)
        expect(await leftovers()).toEqual([])
      },
    )

    test('that was given up before does nothing', async () => {
      const { signal, abort, reason } = abortable()
      abort()
      await expect(openContainer({ environment: {}, image, signal })).rejects.toBe(reason)
    })

    test('that takes too long says so, and leaves no container', async () => {
      const opening = openContainer({ environment: { CDC_CONTAINER_IMAGE: image, CDC_CONTAINER_TIMEOUT: '700' } })
      await expectTargetError(
        opening,
        /^Expected a container of `\S+` to become ready, got no sign of it in 700 ms; its log ends: .+\. Give it longer/,
      )
      expect(await leftovers()).toEqual([])
    })

    test('as the other kind says what came of it', async () => {
      const kind = image.includes('postgres') ? 'cloudberry' : 'postgres'
      const environment = { CDC_CONTAINER_IMAGE: image, CDC_CONTAINER_KIND: kind, CDC_CONTAINER_TIMEOUT: '20000' }
      await expectTargetError(
        openContainer({ environment }),
        /got its end with exit code 1; its log ends: .+\. Check .+\(CDC_CONTAINER_KIND\)/,
      )
      expect(await leftovers()).toEqual([])
    })
  })

  test('of an image that there is none of says so', async () => {
    const image = 'localhost/no-such-image:1'
    await expectTargetError(
      openContainer({ environment: {}, image }),
      /^Expected the image `localhost\/no-such-image:1` on this/,
    )
    expect(await leftovers()).toEqual([])
  })

  test.skipIf(containers.lookAlike === undefined)('without the image of Ryuk says how to go without', async () => {
    const { stdout } = await runScript(
      `import { openTarget } from './src/database/open-target.ts'
       const environment = { CDC_CONTAINER_IMAGE: '${containers.lookAlike}' }
       console.log(await openTarget('container', { environment }).catch(({ message }) => message))`,
      { env: { TESTCONTAINERS_RYUK_DISABLED: '', RYUK_CONTAINER_IMAGE: 'localhost/no-such-image:1' } },
    )
    expect(stdout).toMatch(
      /^Expected Testcontainers to start its own .+ go without: TESTCONTAINERS_RYUK_DISABLED=true\n$/,
    )
  })

  test('does not wait for a registry once it is given up', async () => {
    const { signal, abort, reason } = abortable()
    // It never answers.
    const registry = createServer(() => {})
      .on('connection', abort)
      .listen(0, '127.0.0.1')
    try {
      const image = `localhost:${await portOf(registry)}/slow:1`
      await expect(openContainer({ environment: {}, image, signal })).rejects.toBe(reason)
    } finally {
      registry.closeAllConnections()
      registry.close()
    }
  })
})

interface Abortable {
  readonly signal: AbortSignal
  readonly abort: () => void
  readonly reason: Error
}

function abortable(): Abortable {
  const controller = new AbortController()
  const reason = new Error('no longer wanted')
  return { signal: controller.signal, abort: () => controller.abort(reason), reason }
}

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}
