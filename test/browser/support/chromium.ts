import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, onTestFinished } from 'vitest'

/** How wide the screen is, and which colours are preferred. */
export interface Face {
  readonly width: number
  readonly scheme: 'light' | 'dark'
}

/** A page that was opened from disk. */
export interface OpenedPage {
  readonly page: Page
  /** Warnings and errors of the console, exceptions, and requests for anything but the page. */
  readonly complaints: readonly string[]
  /** Keeps a picture in CDC_TEST_SCREENSHOTS, for people to look at. */
  picture(name: string): Promise<void>
}

/** One headless Chromium for the tests of a file: the one of CHROMIUM, else Debian's. It opens files and addresses. */
export function useChromium(): (file: string, face: Face) => Promise<OpenedPage> {
  let browser: Browser
  beforeAll(async () => {
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
    if (!existsSync(executablePath)) {
      throw new Error(`Expected Chromium at ${executablePath}, got none. Set CHROMIUM, or run .ci/run browser.`)
    }
    // As root, which has no sandbox. The pages are our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  })
  afterAll(() => browser?.close())

  return async (file, { width, scheme }) => {
    const size = { width, height: width < 640 ? 740 : 900 }
    const context = await browser.newContext({ viewport: size, colorScheme: scheme, isMobile: width < 640 })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    const url = /^https?:/.test(file) ? file : pathToFileURL(file).href
    const isOwn = (asked: string): boolean =>
      url.startsWith('file:') ? asked === url : asked.startsWith('data:') || asked.startsWith(new URL(url).origin)
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => {
      if (!isOwn(request.url())) complaints.push(`request for ${request.url()}`)
    })
    await page.goto(url)
    const folder = process.env['CDC_TEST_SCREENSHOTS']
    return {
      page,
      complaints,
      picture: async (name) => {
        if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
      },
    }
  }
}
