// The board of a whole province: all laboratories and every sample of the year's plan. How long a person waits for each
// page, and whether it moves smoothly.
//
// Without more it sets up a coordinator with Sichuan's plan of 2013, on which nobody works. QLIMS_PROVINCE names one that
// runs already, with somebody who may look: 'http://127.0.0.1:7080 viewer PASSWORD'.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, promise } from './browser.mjs'
import { Caller, EmptyProvince, firstPassword, ownPassword, password, read, referenceFiles, until } from './laboratory.mjs'

const rowsInPageMost = 60
const firstRowsMs = 1_000
const filterPauseMs = 200 // after the last key, before the page asks
const frameMs = 1_000 / 60
const plan = 'coordinator/reference/sichuan_2013/'

let empty
let province
let browser
let tasks

async function setUpProvince() {
  empty = await EmptyProvince.start()
  const nobody = new Caller(empty.province)
  await nobody.post('/api/v1/setup', { person: 'admin', name: '管理', password })
  const administrator = await new Caller(empty.province).signIn('admin', password)
  await administrator.post('/api/v1/people', { person: 'planner', name: '计划', roles: ['coordinator'], password: firstPassword })
  await ownPassword(empty.province, 'planner')
  const planner = await new Caller(empty.province).signIn('planner', password)
  await administrator.post('/api/v1/reference', { files: referenceFiles(false) })
  await administrator.post('/api/v1/laboratories', read(`${plan}laboratories.csv`), 'text/csv')
  const made = await planner.post('/api/v1/plans?title=2013&year=2013&due=2013-12-31', read(`${plan}plan.csv`), 'text/csv')
  const now = async () => (await planner.get('/api/v1/status')).plans.at(-1)
  await until('the plan is expanded', 60_000, async () => (await now()).state === 'ready')
  await planner.post(`/api/v1/plans/${made.plan}/allocation`, {})
  return { origin: empty.province, person: 'planner', password }
}

before(async () => {
  const [origin, person, secret] = (process.env.QLIMS_PROVINCE ?? '').split(' ')
  province = origin ? { origin, person, password: secret } : await setUpProvince()
  const { plans } = await (await new Caller(province.origin).signIn(province.person, province.password)).get('/api/v1/status')
  tasks = plans.reduce((sum, one) => sum + one.tasks_total, 0)
  browser = await Browser.start()
})
after(async () => {
  await browser?.stop()
  await empty?.stop()
})

const open = (path) => browser.signedIn(province.origin, province.person, path, province.password)
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]

/** Milliseconds from a click on the page's name to what it is there for. */
async function waitsFor(page, path, selector) {
  const times = []
  for (let round = 0; round < 5; ++round) {
    await page.goto(`${province.origin}/reports`)
    await page.waitForSelector('[data-test=who]')
    const begun = Date.now()
    await page.locator(`nav a[href$="${path}"]`).first().click()
    await page.locator(selector).first().waitFor()
    times.push(Date.now() - begun)
  }
  return times
}

/** The pauses between frames while `work` goes on. */
async function framesDuring(page, work) {
  await page.evaluate(() => {
    window.pauses = []
    let last = performance.now()
    const next = (now) => {
      if (!window.pauses) return
      window.pauses.push(now - last)
      last = now
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })
  await work()
  return page.evaluate(() => {
    const { pauses } = window
    window.pauses = null
    return pauses
  })
}

test('each page of the whole province is there within a second', async (t) => {
  const page = await open('/')
  for (const [path, selector] of [['/', '[data-test=city]'], ['/tasks', '[data-test=tasks] [role=row] .number'], ['/progress', '[data-test=laboratories] tbody tr'], ['/laboratories', '[data-test=laboratory-1]'], ['/nonconforming', 'h1']]) {
    const times = await waitsFor(page, path, selector)
    t.diagnostic(`${path}, ${tasks} tasks: median ${median(times)}, longest ${Math.max(...times)} ms`)
    promise(t, median(times) <= firstRowsMs, `${path} after ${times.join(', ')} ms`)
  }
  browser.assertQuiet()
  await page.close()
})

test('a task is found among all of them while somebody types', async (t) => {
  const page = await open('/tasks')
  const numbers = page.locator('[data-test=tasks] [role=row] .number')
  await numbers.nth(5).waitFor()
  const times = []
  for (let round = 0; round < 7; ++round) {
    const wanted = `13NCP${String(1_000 + round * 2_003).padStart(5, '0')}`
    await page.fill('[data-test=task-search]', '')
    await numbers.nth(5).waitFor()
    await page.waitForTimeout(400)
    const begun = Date.now()
    await page.fill('[data-test=task-search]', wanted)
    for (;;) {
      const found = await numbers.allTextContents()
      if (found.length === 1 && found[0].includes(wanted)) break
      assert.ok(Date.now() - begun < 5_000, `${wanted} is not found: ${found.slice(0, 3)}`)
    }
    times.push(Date.now() - begun)
  }
  t.diagnostic(`from typing to the task, the pause of ${filterPauseMs} ms included: median ${median(times)}, longest ${Math.max(...times)} ms`)
  promise(t, median(times) <= filterPauseMs + 300, `the search answered after ${times.join(', ')} ms`)
  await page.close()
})

test('lists and the grid of the plan move smoothly, with no more in the page than can be seen', async (t) => {
  const page = await open('/tasks')
  await page.locator('[data-test=tasks] [role=row] .number').nth(5).waitFor()
  const scroll = async () => {
    for (let turn = 0; turn < 60; ++turn) {
      await page.mouse.wheel(0, 1_500)
      await page.waitForTimeout(20)
    }
  }
  await page.locator('[data-test=tasks]').hover()
  const ofTasks = await framesDuring(page, scroll)
  assert.ok((await page.locator('[data-test=tasks] [role=row]').count()) <= rowsInPageMost)
  const told = (pauses) => `${pauses.length} frames, median ${median(pauses).toFixed(1)}, longest ${Math.max(...pauses).toFixed(0)} ms apart`
  t.diagnostic(`scrolling through tasks: ${told(ofTasks)}`)
  promise(t, median(ofTasks) <= 2 * frameMs, `tasks: ${told(ofTasks)}`)

  await page.goto(`${province.origin}/plans/1`)
  await page.locator('[data-test=plan-state]').waitFor()
  await page.mouse.move(640, 500)
  const ofPlan = await framesDuring(page, scroll)
  t.diagnostic(`scrolling through the plan: ${told(ofPlan)}`)
  promise(t, median(ofPlan) <= 2 * frameMs, `plan: ${told(ofPlan)}`)
  await browser.shot(page, 'whole-province-plan')
  browser.assertQuiet()
  await page.close()
})

test('the overview answers another question within a second', async (t) => {
  const page = await open('/')
  await page.locator('[data-test=city]').first().waitFor()
  const times = []
  for (const by of ['county', 'category', 'lab', 'month', 'city']) {
    const begun = Date.now()
    // The interface's answer for the rows: the page itself has the axis in its address, and what can be chosen is asked
    // for by every axis.
    const answered = page.waitForResponse((answer) => {
      const { pathname, searchParams } = new URL(answer.url())
      return pathname === '/api/v1/summary' && searchParams.get('by') === by && searchParams.has('comparable_from') && answer.ok()
    })
    await page.goto(`${province.origin}/?by=${by}`)
    await answered
    await page.locator('[data-test=city]').first().waitFor()
    times.push(Date.now() - begun)
  }
  t.diagnostic(`another axis: ${times.join(', ')} ms, the page loaded anew each time`)
  promise(t, median(times) <= firstRowsMs, `axes after ${times.join(', ')} ms`)
  browser.assertQuiet()
  await page.close()
})
