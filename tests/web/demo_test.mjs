// The province that `qlims demo --keep` runs, watched while it works: the map and the pass rate beside qlims summary,
// from a figure down to the capture of an instrument, and the report as a PDF with the same figures.
// QLIMS_DEMO gives the demo other arguments, such as '--full --photos 0 --weighings 0'.
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser, promise } from './browser.mjs'
import { Caller, programs, root, until } from './laboratory.mjs'

const size = (process.env.QLIMS_DEMO ?? '--divide-by 60 --laboratories 4 --photos 5').split(' ')
const reportMs = 3_000
const hour = 3_600_000

let folder
let demo
let said = ''
let origin
let secret
let browser
let page

const saidBy = (pattern) => pattern.exec(said)
const summary = (...more) => JSON.parse(execFileSync(join(programs, 'qlims'), ['summary', '--json', '--coordinator', origin, '--token-file', join(folder, 'demo/planner.token'), ...more], { encoding: 'utf8' }))
const judgedOf = ({ total }) => total.pass + total.fail + total.problem
const planner = () => new Caller(origin).signIn('planner', secret)

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qlims-demo-'))
  demo = spawn(join(programs, 'qlims'), ['demo', '--keep', '--source', root, '--dir', join(folder, 'demo'), '--port', '19720', ...size], { stdio: ['ignore', 'pipe', 'pipe'] })
  demo.exited = new Promise((done) => demo.once('exit', done))
  for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (text) => (said += text))
  await until('the demo names its pages', 120_000, async () => demo.exitCode !== null || saidBy(/协调端，用 planner/))
  assert.equal(demo.exitCode, null, said)
  origin = saidBy(/(http:\S+)\/ {2}协调端/)[1]
  secret = saidBy(/密码都是 (\S+?)：/)[1]
  browser = await Browser.start()
})
after(async () => {
  await browser?.stop()
  demo?.kill('SIGINT')
  await demo?.exited
  if (folder) rmSync(folder, { recursive: true, force: true })
})

test('while the province works, the overview shows what qlims summary says, without a reload', async () => {
  page = await browser.signedIn(origin, 'planner', '/', secret)
  await page.evaluate(() => (window.notReloaded = true))
  const told = new Map() // by what was counted: the rate of qlims summary
  const shown = new Map()
  await until('the work is done', hour, async () => {
    const { total } = summary()
    told.set(`${total.pass} / ${judgedOf({ total })} 份`, total.rate)
    const [of, rate] = await page.evaluate(() => ['of', 'rate'].map((name) => document.querySelector(`[data-test=${name}]`)?.textContent))
    if (of && !of.endsWith(' 0 份')) shown.set(of, rate)
    if (shown.size === 5) await browser.shot(page, 'demo-at-work')
    return saidBy(/按 Ctrl-C 结束/)
  })
  assert.match(said, /全部一致/)
  const both = [...shown].filter(([of]) => told.has(of))
  console.log(`${told.size} counts told by qlims summary, ${shown.size} shown by the page, ${both.length} by both`)
  for (const [of, rate] of both) assert.equal(rate, told.get(of), of)
  assert.ok(both.length >= 1, [...shown].join(' '))
  const { total } = summary()
  await until('the page has the last verdict', 10_000, async () => (await page.textContent('[data-test=of]')) === `${total.pass} / ${judgedOf({ total })} 份`)
  assert.equal(await page.textContent('[data-test=rate]'), total.rate)
  assert.equal(await page.evaluate(() => window.notReloaded), true)
  await browser.shot(page, 'demo-done')
})

test('each city of the map has the rate of its row', async () => {
  const { rows } = summary('--by', 'city')
  assert.ok(rows.length > 1)
  for (const row of rows) {
    const label = await page.locator(`[data-test=city][data-code="${row.city}"]`).getAttribute('aria-label')
    assert.ok(label.includes(`${row.rate}%`), `${label}: ${row.rate}`)
  }
})

test('from the province down to the capture of an instrument', async () => {
  await page.getByRole('link', { name: /查看不合格样品/ }).click()
  await page.waitForSelector('[data-test=nonconforming] tbody tr')
  const { total } = summary()
  assert.equal(await page.textContent('[data-test=count]'), `共 ${total.fail + total.problem} 份`)
  await browser.shot(page, 'demo-nonconforming')
  // A lot is judged by counting: it has no capture.
  const numbers = await page.locator('[data-test=nonconforming] tbody tr td:first-child a').allTextContents()
  const caller = await planner()
  const tasks = await Promise.all(numbers.map((number) => caller.get(`/api/v1/tasks/${number.trim()}`)))
  const measured = tasks.find((task) => task.events.some((one) => one.kind === 'measured'))
  const { capture } = measured.events.find((one) => one.kind === 'measured').details
  await page.getByRole('link', { name: measured.number }).click()
  await page.waitForSelector('[data-test=events] li')
  assert.ok((await page.textContent('[data-test=events]')).includes(capture))
  await browser.shot(page, 'demo-sample')
})

test('the report is a PDF with the figures of the summary and its own letters', async (t) => {
  const caller = await planner()
  const drafted = await caller.post('/api/v1/reports?title=2013&programme=NCP', {})
  const path = join(folder, 'report.pdf')
  const begun = Date.now()
  const answer = await fetch(`${origin}/api/v1/reports/${drafted.report}/pdf`, { headers: { Cookie: caller.cookie } })
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()))
  const took = Date.now() - begun
  console.log(`the report of ${judgedOf(summary('--programme', 'NCP'))} verdicts was drawn in ${took} ms`)
  promise(t, took <= reportMs, `${took} ms for a report`)
  const words = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  const { content } = await caller.get(`/api/v1/reports/${drafted.report}`)
  const { total, rows } = summary('--programme', 'NCP', '--by', 'city')
  assert.ok(content.sections[0].narrative.includes(`${total.rate}%`), content.sections[0].narrative)
  for (const { narrative, columns, rows: lines } of content.sections) {
    for (const text of [narrative, ...columns.map(({ heading }) => heading), ...lines.flat()]) assert.ok(words.includes(text.replace(/\s/g, '')), text)
  }
  // A city's line has its figures side by side, in the report as in the PDF.
  const cities = content.sections.find(({ columns }) => columns[0]?.heading === '市州')
  assert.equal(cities.rows.length, rows.length)
  for (const row of rows) {
    const line = cities.rows.find(([name]) => name === row.city_name)
    assert.deepEqual(line.slice(1, 5), [row.pass + row.fail + row.problem, row.pass, row.fail + row.problem, row.rate].map(String))
    assert.ok(words.includes(line.slice(1, 6).join('').replace(/\s/g, '')), line.join(' '))
  }
  const fonts = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2)
  assert.ok(fonts.length > 0 && fonts.every((line) => line.includes('yes yes yes')), fonts.join('\n'))
})

test('no page has complained, and no request has left the machine', () => browser.assertQuiet())
