// Debian's Chromium, driven by playwright-core, with what every page must keep: no error on the console, no request
// off this machine, no serious fault that axe finds.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { password, root } from './laboratory.mjs'

const require = createRequire(join(root, 'web/package.json'))
const { chromium } = require('playwright-core')
const { AxeBuilder } = require('@axe-core/playwright')

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
/** Kept by whoever wants to look at them: QLIMS_SHOTS=folder. */
const shots = process.env.QLIMS_SHOTS

/** What is promised of time: told by every run, held where the machine has nothing else to do (QLIMS_TIMED=1). */
export function promise(t, isKept, message) {
  if (isKept) return
  if (process.env.QLIMS_TIMED === '1') assert.fail(message)
  t.diagnostic(`not kept in this run: ${message}`)
}

export class Browser {
  /** `more`: flags of Chromium, such as those of a camera that shows a file. */
  static async start(more = []) {
    const browser = new Browser()
    browser.profile = mkdtempSync(join(tmpdir(), 'qlims-chromium-'))
    browser.complaints = []
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: process.env.QLIMS_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: [...flags, ...more], locale: 'zh-CN', reducedMotion: 'reduce', viewport: { width: 1280, height: 800 },
    })
    browser.context.on('request', (request) => {
      const url = new URL(request.url())
      if (!['127.0.0.1', ''].includes(url.hostname)) browser.complaints.push(`a request left the machine: ${request.url()}`)
    })
    browser.context.on('weberror', (error) => browser.complaints.push(`a page threw: ${error.error()}`))
    browser.context.on('console', (message) => {
      // A refusal is an answer of the interface; Chromium reports each as an error of its own.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) browser.complaints.push(`console: ${message.text()}`)
    })
    return browser
  }

  /** The desk as this person sees it after signing in; whoever was there before is signed out. */
  async desk(laboratory, person, path = '/') { return this.signedIn(laboratory.origin, person, path) }

  /** The coordinator's page in the same way. */
  async board(laboratory, person, path = '/') { return this.signedIn(laboratory.province, person, path) }

  async signedIn(origin, person, path, secret = password) {
    await this.context.clearCookies()
    const page = await this.context.newPage()
    await page.goto(origin + path)
    await page.fill('#sign-in-person', person)
    await page.fill('#sign-in-password', secret)
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-test=who]')
    return page
  }

  async shot(page, name) {
    if (!shots) return
    mkdirSync(shots, { recursive: true })
    await page.screenshot({ path: join(shots, `${name}.png`) })
  }

  async assertAccessible(page, where, rules = null) {
    const axe = new AxeBuilder({ page })
    const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3).join(' | ')}`), [], where)
  }

  assertQuiet() { assert.deepEqual(this.complaints, []) }

  async stop() {
    await this.context.close()
    rmSync(this.profile, { recursive: true, force: true })
  }
}

/** As a hand scanner does: characters at once, then Enter. */
export async function scan(page, text) {
  await page.keyboard.type(text, { delay: 1 })
  await page.keyboard.press('Enter')
}
