// A node that holds the samples of years: how long a person waits for the list and for what they look for in it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser, promise } from './browser.mjs'
import { Laboratory, programs, until } from './laboratory.mjs'

const samples = 100_000
const rowsInPageMost = 60
const pauseMs = 150 // after the last key, before the page asks

let laboratory
let browser
before(async () => {
  laboratory = await Laboratory.start({ samples: 5 })
  const numbers = await laboratory.sample(1)
  await laboratory.receive(numbers)
  await laboratory.measure(numbers)
  await laboratory.conclude(numbers)
  await laboratory.end('lab-node')
  execFileSync(join(programs, 'fill_desk'), [join(laboratory.directory, 'node'), String(samples)], { stdio: ['ignore', 'ignore', 'inherit'] })
  laboratory.run('lab-node', laboratory.nodeArguments)
  await until('the node answers', 15_000, () => laboratory.node.get('/api/v1/status'))
  browser = await Browser.start()
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
})

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]

// Of what is in the document, whether it is on the screen or not.
const numbersInPage = (page) => page.locator('.samples [role=row] .number').allTextContents()
const rowsInPage = (page) => page.locator('.samples [role=row]').count()

test('the list of 100,000 samples is there within a second, with no more rows in the page than can be seen', async (t) => {
  const page = await browser.desk(laboratory, 'wang')
  const times = []
  for (let round = 0; round < 5; ++round) {
    await page.goto(`${laboratory.origin}/`)
    await page.waitForSelector('[data-test=who]')
    const begun = Date.now()
    await page.locator('a[href$="/samples"]').first().click()
    await page.locator('.samples [role=row] .number').first().waitFor()
    times.push(Date.now() - begun)
  }
  t.diagnostic(`first rows of ${samples} samples: median ${median(times)}, longest ${Math.max(...times)} ms`)
  promise(t, median(times) <= 1000, `first rows after ${times.join(', ')} ms`)
  await page.getByText(String(samples + 5).replace(/\B(?=(\d{3})+$)/g, ','), { exact: false }).or(page.getByText(String(samples + 5))).first().waitFor()
  assert.ok((await rowsInPage(page)) <= rowsInPageMost)
  await browser.shot(page, 'many-samples')
  browser.assertQuiet()
})

test('what is looked for in 100,000 samples is there within 300 ms after the person pauses', async (t) => {
  const page = await browser.desk(laboratory, 'wang', '/samples')
  const filter = page.locator('[data-test=filter] input, input[data-test=filter]').first()
  await page.locator('.samples [role=row] .number').first().waitFor()
  const times = []
  for (let round = 0; round < 9; ++round) {
    const wanted = await page.evaluate(async (start) => (await (await fetch(`/api/v1/samples?limit=1&q=14NCP${start}`)).json()).samples[0], 10_000 + round * 7_919)
    await filter.fill('')
    await page.locator('.samples [role=row] .number').nth(5).waitFor()
    await page.waitForTimeout(300)
    const begun = Date.now()
    await filter.fill(wanted.number)
    while ((await numbersInPage(page)).join() !== wanted.number) assert.ok(Date.now() - begun < 5_000, `${wanted.number} is not found`)
    times.push(Date.now() - begun)
  }
  t.diagnostic(`from typing to the row that was looked for, the pause of ${pauseMs} ms included: median ${median(times)}, longest ${Math.max(...times)} ms`)
  promise(t, median(times) <= pauseMs + 300, `the filter answered after ${times.join(', ')} ms`)
  browser.assertQuiet()
})

test('scrolling through all of them keeps the page small', async () => {
  const page = await browser.desk(laboratory, 'wang', '/samples')
  await page.locator('.samples [role=row] .number').first().waitFor()
  const first = await page.locator('.samples [role=row] .number').first().textContent()
  for (let turn = 0; turn < 30; ++turn) {
    await page.locator('.samples .list').hover()
    await page.mouse.wheel(0, 4_000)
    await page.waitForTimeout(30)
    assert.ok((await rowsInPage(page)) <= rowsInPageMost)
  }
  assert.notEqual(await page.locator('.samples [role=row] .number').first().textContent(), first)
  browser.assertQuiet()
})
