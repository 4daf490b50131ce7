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
  await page.click('[data-test=what-if]:not([disabled])')
  await page.getByText('还没有写入').waitFor()
  assert.equal(await page.textContent('[data-test=after-1]'), '6')
  assert.equal((await laboratory.planner.get('/api/v1/plans')).plans[1].tasks.allocated, 0)
  await page.fill('[data-test=capacity-1]', '5')
  await page.click('[data-test=what-if]:not([disabled])')
  await page.getByText('VEGA 缺').first().waitFor()
  await page.fill('[data-test=capacity-1]', '3000')
  await page.click('[data-test=what-if]:not([disabled])')
  await page.getByText('还没有写入').waitFor()
  await page.click('[data-test=reasons]')
  await page.getByText('本市州实验室').first().waitFor()
  await browser.assertAccessible(page, 'what if')
  await browser.shot(page, 'board-what-if')
  await page.click('[data-test=allocate]:not([disabled])')
  await page.getByText('已分配，运送路程').waitFor()
  await page.click('[data-test=dispatch]:not([disabled])')
  await page.getByRole('dialog').getByRole('button', { name: '下达' }).click()
  await until('granted', 15_000, async () => (await laboratory.planner.get('/api/v1/plans')).plans.find((one) => one.plan === 2).tasks.granted === 6)
  await page.getByText('已下达 6').waitFor()
  await page.close()
})

test('a corrected plan is a revision: looked at cell by cell, taken with a reason, and on record', async () => {
  const page = await browser.board(laboratory, 'planner', '/plans')
  await page.click('[data-test=begin-import]')
  const head = '项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数'
  const give = (...lines) => page.setInputFiles('[data-test=plan-file]', { name: '二轮.csv', mimeType: 'text/csv', buffer: Buffer.from(`${[head, ...lines].join('\n')}\n`) })
  await give('NCP,510100,510104,V1,菠菜,生产基地,2,VEGA,4')
  await page.fill('[data-test=plan-year]', '2013')
  await page.fill('[data-test=plan-due]', '2013-12-31')
  await page.click('[data-test=check]')
  await page.waitForSelector('[data-test=held]')
  assert.match(await page.textContent('[data-test=held]'), /已下达.*菠菜.*4.*6/s)
  assert.ok(await page.isDisabled('[data-test=store]'), 'what is granted is not taken out')
  await browser.shot(page, 'board-revision-held')
  await give('NCP,510100,510104,V1,菠菜,生产基地,2,VEGA,8', 'NCP,510300,510302,V1,菠菜,生产基地,2,VEGA,1')
  await page.click('[data-test=check]')
  await page.getByText('样品数 6 → 9').waitFor()
  assert.equal(await page.locator('[data-test=changes] tbody tr').count(), 2)
  assert.ok(await page.isDisabled('[data-test=store]'), 'a revision needs its reason')
  await page.fill('[data-test=revision-reason]', '二轮任务增加')
  await browser.assertAccessible(page, 'a revision')
  await browser.shot(page, 'board-revision')
  await page.click('[data-test=store]:not([disabled])')
  await page.getByText('计划 2 已修订为第 2 版：新建 3 份').waitFor()
  assert.equal((await laboratory.planner.get('/api/v1/plans')).plans.length, 2, 'no third plan')
  await page.getByRole('link', { name: '二轮' }).click()
  await page.waitForSelector('[data-test=revision-2]')
  assert.match(await page.textContent('[data-test=revision-2]'), /6 → 9.*二轮任务增加.*现行/s)
  await page.click('[data-test=look-2]')
  await page.getByText('自流井区').first().waitFor()
  await browser.shot(page, 'board-revisions')
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await browser.assertAccessible(page, `a revised plan at ${width}`)
    await browser.shot(page, `board-revised-${width}`)
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `wider than ${width}`)
  }
  await page.close()
})

test('a laboratory is added and changed on the page, and a sample that failed is tested again by lot', async () => {
  const page = await browser.board(laboratory, 'planner', '/laboratories')
  await page.click('[data-test=offer-add]')
  await page.fill('[data-test=offer-name]', '新设检测站')
  await page.selectOption('[data-test=offer-city]', { label: '自贡市' })
  await page.fill('[data-test=offer-capacity]', '40')
  await page.check('[data-test=offer-panel-VEGA]')
  await browser.assertAccessible(page, 'a laboratory')
  await browser.shot(page, 'board-laboratory-form')
  await page.click('[data-test=offer-save]:not([disabled])')
  await page.getByText('已登记 1 家').waitFor()
  const added = (await laboratory.planner.get('/api/v1/laboratories')).laboratories.find((one) => one.name === '新设检测站')
  assert.deepEqual({ city: added.city, capacity: added.capacity, panels: added.panels }, { city: 510300, capacity: 40, panels: ['VEGA'] })
  await page.click(`[data-test=offer-${added.id}]`)
  await page.fill('[data-test=offer-capacity]', '55')
  await page.click('[data-test=offer-save]:not([disabled])')
  await until('the capacity is changed', 5_000, async () => (await laboratory.planner.get('/api/v1/laboratories')).laboratories.find((one) => one.id === added.id).capacity === 55)
  await page.goto(`${laboratory.province}/samples/${failed}`)
  await page.click('[data-test=begin-retest]')
  await page.fill('[data-test=retest-reason]', '受检单位有异议')
  await browser.assertAccessible(page, 'a retest')
  await browser.shot(page, 'board-retest')
  await page.click('[data-test=retest-now]')
  // The new laboratory has no node, so that nobody can test it again.
  await page.getByText('没有其他实验室的节点能检测该项目包').waitFor()
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
