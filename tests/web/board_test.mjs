// The province's page in a real browser against a real coordinator with real verdicts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { EmptyProvince, Laboratory, firstPassword, ownPassword, password, programs, until } from './laboratory.mjs'

let laboratory
let browser
let numbers
let failed
const tokenFile = () => join(laboratory.directory, 'planner.token')
const summary = (...more) => JSON.parse(execFileSync(join(programs, 'qlims'), ['summary', '--json', '--coordinator', laboratory.province, '--token-file', tokenFile(), ...more], { encoding: 'utf8' }))
const counted = (n) => until(`${n} verdicts counted`, 30_000, async () => (await laboratory.planner.get('/api/v1/status')).plans[0].tasks.judged === n)

before(async () => {
  laboratory = await Laboratory.start({ samples: 60 })
  writeFileSync(tokenFile(), `${laboratory.planner.token}\n`, { mode: 0o600 })
  browser = await Browser.start()
  numbers = await laboratory.sample(40)
  await laboratory.receive(numbers)
  failed = numbers[1]
  await laboratory.measure(numbers, { [failed]: { 克百威: '0.35', 甲胺磷: '0.62' } })
  await laboratory.conclude(numbers.slice(0, 34))
  await counted(34)
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
})

test('the pass rate is that of qlims summary to the digit, and follows new verdicts without a reload', async () => {
  const page = await browser.board(laboratory, 'viewer')
  const shows = async () => {
    const { total } = summary()
    const judged = total.pass + total.fail + total.problem
    assert.equal(await page.textContent('[data-test=rate]'), total.rate)
    assert.equal(await page.textContent('[data-test=of]'), `${total.pass} / ${judged} 份`)
    await page.getByText(`95% 区间 ${total.rate_low}–${total.rate_high}%`).first().waitFor()
    return total
  }
  await page.waitForSelector('[data-test=rate]')
  const before = await shows()
  assert.equal(before.pass + before.fail, 34)
  assert.ok(before.fail >= 1)
  await page.evaluate(() => (window.notReloaded = true))
  await laboratory.conclude(numbers.slice(34))
  await counted(40)
  await until('the page counts 40', 10_000, async () => (await page.textContent('[data-test=of]'))?.endsWith('/ 40 份'))
  await shows()
  assert.equal(await page.evaluate(() => window.notReloaded), true)
  assert.equal(await page.locator('[data-test=city]').count(), 21)
  await browser.shot(page, 'board-overview')
  await page.close()
})

test('every row of a ranking is a row of qlims summary, and the small ones are marked', async () => {
  const page = await browser.board(laboratory, 'viewer', '/?programme=NCP&by=category')
  await page.waitForSelector('[data-test=ranking] tbody tr')
  const { rows, total } = summary('--by', 'category', '--programme', 'NCP')
  const lines = await page.$$eval('[data-test=ranking] tbody tr', (all) => all.map((row) => row.textContent.replace(/\s+/g, ' ')))
  assert.equal(lines.length, rows.length)
  for (const row of rows) {
    const line = lines.find((text) => text.includes(row.category_name))
    assert.ok(line, row.category_name)
    assert.ok(line.includes(`${row.rate}${row.pass}/${row.pass + row.fail + row.problem}`), line)
    assert.ok(line.includes(`${row.rate_low}–${row.rate_high}`), line)
    assert.equal(line.includes('样本少'), row.small_cell, line)
  }
  const statement = { for: '达到目标有把握', undecided: '样品数还不足以断定', against: '未达目标有把握' }[total.evidence]
  assert.ok((await page.textContent('section.main')).includes(statement))
  assert.ok((await page.textContent('section.main')).includes('目标 96%'))
  await page.close()
})

test('by analyte the rows are the items of qlims summary, what failed first, and the rate of the province stays', async () => {
  const page = await browser.board(laboratory, 'viewer', '/?by=analyte')
  await page.waitForSelector('[data-test=items-note]')
  await page.waitForSelector('[data-test=ranking] tbody tr')
  const { rows, unit } = summary('--by', 'analyte')
  assert.equal(unit, 'items')
  const lines = await page.$$eval('[data-test=ranking] tbody tr', (all) => all.map((row) => row.textContent.replace(/\s+/g, ' ').trim()))
  assert.equal(lines.length, rows.length)
  for (const row of rows) {
    const line = lines.find((text) => text.startsWith(row.analyte + row.rate))
    assert.ok(line, row.analyte)
    assert.ok(line.includes(`${row.rate}${row.pass}/${row.pass + row.fail + row.problem}`), line)
    assert.equal(line.includes('不合格'), row.fail + row.problem > 0, line)
    assert.equal(line.includes('不予判定'), row.undetermined > 0, line)
  }
  const worst = rows.reduce((a, b) => (b.fail + b.problem > a.fail + a.problem ? b : a))
  assert.ok(worst.fail + worst.problem >= 1)
  assert.ok(lines[0].includes(`不合格 ${worst.fail}`), lines[0])
  assert.equal(await page.textContent('[data-test=rate]'), summary().total.rate)
  await page.locator('[data-test=items-note]').scrollIntoViewIfNeeded()
  await page.mouse.wheel(0, 500)
  await browser.shot(page, 'board-analytes')
  await page.close()
})

test('filters live in the address and come back from it', async () => {
  const page = await browser.board(laboratory, 'viewer')
  await page.waitForSelector('[data-test=filter-category] option:nth-child(2)', { state: 'attached' })
  await page.selectOption('[data-test=filter-category]', 'V5')
  await page.click('[data-test=by-stage]')
  await page.selectOption('[data-test=verdicts]', 'first')
  await page.waitForURL(/category=V5/)
  const query = new URL(page.url()).searchParams
  assert.deepEqual(Object.fromEntries(query), { category: 'V5', by: 'stage', verdicts: 'first' })
  const own = summary('--by', 'category', '--verdicts', 'first').rows.find((row) => row.category === 'V5')
  const there = await browser.context.newPage()
  await there.goto(page.url())
  await there.waitForSelector('[data-test=of]')
  assert.equal(await there.textContent('[data-test=of]'), `${own.pass} / ${own.pass + own.fail + own.problem} 份`)
  assert.equal(await there.textContent('[data-test=rate]'), own.rate)
  await there.close()
  await page.close()
})

test('from a figure down to the failed sample, its verdict by item and the raw file it came from', async () => {
  const page = await browser.board(laboratory, 'planner')
  await page.getByRole('link', { name: /查看不合格样品/ }).click()
  await page.waitForSelector('[data-test=nonconforming] tbody tr')
  const { total } = summary()
  assert.equal(await page.textContent('[data-test=count]'), `共 ${total.fail + total.problem} 份`)
  await page.getByRole('link', { name: failed }).click()
  await page.waitForSelector('[data-test=events] li')
  assert.equal(await page.textContent('[data-test=final]'), '不合格')
  const events = await page.textContent('[data-test=events]')
  for (const word of ['抽样', '收样', '测定', '判定', '复核', '批准', '克百威', '0.35']) assert.ok(events.includes(word), word)
  const task = await laboratory.planner.get(`/api/v1/tasks/${failed}`)
  assert.ok(events.includes(task.events.find((one) => one.kind === 'measured').details.capture))
  await browser.shot(page, 'board-sample')
  await page.reload() // the address of a sample can be kept
  await page.waitForSelector('[data-test=events] li')
  await page.close()
})

test('a plan with faults is shown row by row and leaves nothing; mended, it is allocated and dispatched', async () => {
  const page = await browser.board(laboratory, 'planner', '/plans')
  await page.click('[data-test=begin-import]')
  const head = '项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数,批量,检验水平,AQL,受检单位'
  const good = 'NCP,510100,510104,V1,菠菜,生产基地,2,VEGA,6,,,,'
  const bad = ['NCP,510100,519999,V1,菠菜,生产基地,2,VEGA,6,,,,', 'NCP,510100,510104,V1,菠菜,生产基地,2,NOPE,6,,,,', 'NCP,510100,510104,V1,菠菜,生产基地,2,VEGA,many,,,,']
  const give = (lines) => page.setInputFiles('[data-test=plan-file]', { name: '二轮.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${[head, ...lines].join('\n')}\n`) })
  await give([good, ...bad])
  await page.fill('[data-test=plan-year]', '2013')
  await page.fill('[data-test=plan-due]', '2013-12-31')
  await page.click('[data-test=check]')
  await page.waitForSelector('[data-test=errors] tbody tr')
  const rows = await page.$$eval('[data-test=errors] tbody tr', (all) => all.map((row) => [...row.children].map((cell) => cell.textContent)))
  assert.deepEqual(rows.map(([row]) => row), ['3', '4', '5'])
  assert.deepEqual(rows.map(([, , value]) => value), ['519999', 'NOPE', 'many'])
  for (const [, column, , message] of rows) assert.ok(column && message)
  await browser.shot(page, 'board-import')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=error-file]')])
  const returned = readFileSync(await file.path(), 'utf8')
  assert.ok(returned.includes(good.slice(0, 30)) && returned.includes('NOPE'))
  assert.equal((await laboratory.planner.get('/api/v1/plans')).plans.length, 1)

  await give([good])
  await page.click('[data-test=check]')
  await page.getByText('检查通过：6 份样品').waitFor()
  assert.equal((await laboratory.planner.get('/api/v1/plans')).plans.length, 1)
  await page.click('[data-test=store]')
  await page.getByText('已导入为计划 2').waitFor()
  await page.getByRole('link', { name: '二轮' }).click()
  await page.click('[data-test=allocate]:not([disabled])')
  await page.waitForSelector('[data-test=allocation] tbody tr')
  assert.match(await page.textContent('[data-test=allocation]'), /6/)
  await page.click('[data-test=dispatch]:not([disabled])')
  await page.getByRole('dialog').getByRole('button', { name: '下达' }).click()
  await until('granted', 15_000, async () => (await laboratory.planner.get('/api/v1/plans')).plans.find((one) => one.plan === 2).tasks.granted === 6)
  await page.getByText('已下达 6').waitFor()
  await page.close()
})

test('the progress page says who was heard, what is judged and what is late', async () => {
  const page = await browser.board(laboratory, 'viewer', '/progress')
  await page.waitForSelector('[data-test=laboratories] tbody tr')
  await page.getByText('40/66').waitFor()
  const line = await page.textContent('[data-test=laboratories] tbody tr')
  assert.ok(line.includes('bench-1') && line.includes('在线'), line)
  assert.match(line, /26/) // everything open was due in 2013
  await laboratory.end('lab-node')
  await page.locator('[data-test=laboratories]').getByText('离线').waitFor({ timeout: 20_000 })
  await browser.shot(page, 'board-progress')
  laboratory.run('lab-node', laboratory.nodeArguments)
  await page.close()
})

test('who may only look is offered nothing else, and every page can be used by everybody', async () => {
  let page = await browser.board(laboratory, 'viewer', '/plans')
  await page.waitForSelector('[data-test=plans] tbody tr')
  assert.equal(await page.locator('[data-test=begin-import]').count(), 0)
  assert.equal(await page.getByRole('link', { name: '人员' }).count(), 0)
  await page.close()
  page = await browser.board(laboratory, 'planner')
  const paths = { '/?programme=NCP': '[data-test=rate]', '/progress': '[data-test=laboratories]', '/plans': '[data-test=plans]', '/plans/1': '[data-test=grid-total]', '/tasks': '[data-test=tasks] [data-test=pick]', '/laboratories': '[data-test=look-1]', '/exceptions': '[data-test=exceptions]', '/records': '[data-test=diary] .line', '/records?log=security': '[data-test=security]', '/nonconforming': '[data-test=nonconforming] tbody tr', [`/samples/${failed}`]: '[data-test=events] li', '/people': '[data-test=add-person]' }
  for (const [width, height, colorScheme] of [[1280, 800, 'light'], [1280, 800, 'dark'], [390, 844, 'light'], [390, 844, 'dark']]) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const [path, ready] of Object.entries(paths)) {
      await page.goto(laboratory.province + path)
      await page.waitForSelector(ready)
      await browser.assertAccessible(page, `${path} ${width} ${colorScheme}`)
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `${path} is wider than ${width}`)
      await browser.shot(page, `board${path.replace(/[^a-z0-9]+/gi, '-')}-${width}-${colorScheme}`)
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(laboratory.province)
  await page.click('[data-test=who]')
  await page.getByRole('menuitem', { name: 'English' }).click()
  for (const path of Object.keys(paths)) {
    await page.goto(laboratory.province + path)
    await page.waitForSelector(paths[path])
    const head = await page.evaluate(() => [...document.querySelectorAll('nav, h1, h2, th')].filter((one) => !one.classList.contains('number') && one.lang !== 'zh-CN').map((one) => one.innerText).join(' '))
    assert.equal(/\p{Script=Han}/u.test(head), false, `${path}: ${head}`)
  }
  browser.assertQuiet()
  await page.close()
})

test('a coordinator nobody has used makes its first administrator, who finds empty pages and adds a viewer', async () => {
  const empty = await EmptyProvince.start()
  try {
    await browser.context.clearCookies()
    const page = await browser.context.newPage()
    await page.goto(empty.province)
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await page.fill('#set-up-person', 'zhang')
    await page.fill('#set-up-name', '张处长')
    await page.fill('#set-up-password', password)
    await page.fill('#set-up-repeated', password)
    await browser.assertAccessible(page, 'first run of the board')
    await browser.shot(page, 'board-first-run')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-test=who]')
    await page.getByText('这个范围内还没有已计入的判定。').first().waitFor()
    assert.equal(await page.locator('[data-test=city]').count(), 21)
    await browser.assertAccessible(page, 'empty overview')
    await page.getByRole('link', { name: '计划', exact: true }).click()
    await page.getByText('还没有计划。').waitFor()
    await page.getByRole('link', { name: '人员' }).click()
    await page.click('[data-test=add-person]')
    await page.getByLabel('代号').fill('lin')
    await page.getByLabel('姓名').fill('林主任')
    await page.getByLabel('初始密码（至少 12 位）').fill(firstPassword)
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('cell', { name: '林主任' }).waitFor()
    await ownPassword(empty.province, 'lin')
    await page.close()
    const viewer = await browser.board(empty, 'lin')
    assert.match(await viewer.textContent('[data-test=who]'), /林主任.*查看/)
    browser.assertQuiet()
    await viewer.close()
  } finally {
    await empty.stop()
  }
})
