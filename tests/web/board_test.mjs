// The province's page in a real browser against a real coordinator with real verdicts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { EmptyProvince, Laboratory, firstPassword, ownPassword, password, programs, referenceFiles, until } from './laboratory.mjs'

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

test('county, round, analyte and a moment are filters of the rates, of the list and of the files', async () => {
  const page = await browser.board(laboratory, 'viewer')
  await page.waitForSelector('[data-test=filter-city] option:nth-child(2)', { state: 'attached' })
  assert.equal(await page.locator('[data-test=filter-county]').count(), 0, 'counties are many: only those of a city')
  await page.selectOption('[data-test=filter-city]', '510100')
  await page.waitForSelector('[data-test=filter-county] option:nth-child(2)', { state: 'attached' })
  const county = summary('--by', 'county', '--city', '510100').rows[0]
  await page.selectOption('[data-test=filter-county]', String(county.county))
  await page.selectOption('[data-test=filter-round]', '1')
  await page.waitForURL(/county=\d+&round=1/)
  const only = ['--city', '510100', '--county', String(county.county), '--round', '1']
  const of = ({ total }) => `${total.pass} / ${total.pass + total.fail + total.problem} 份`
  await until('the county of the round', 5_000, async () => (await page.textContent('[data-test=of]')) === of(summary(...only)))
  assert.equal(await page.textContent('[data-test=planned]'), String(summary(...only).planned))
  assert.ok((await page.getAttribute('[data-test=export-rates-csv]', 'href')).includes(`county=${county.county}&round=1`))
  assert.ok(!(await page.getAttribute('[data-test=export-progress-csv]', 'href')).includes('county'))
  await page.waitForSelector('[data-test=wider-progress]')
  const bad = summary(...only).total
  assert.match(await page.textContent('[data-test=to-list]'), new RegExp(`\\(${bad.fail + bad.problem}\\)`))
  await page.click('[data-test=to-list]')
  await page.waitForSelector('[data-test=count]')
  assert.equal(await page.textContent('[data-test=count]'), `共 ${bad.fail + bad.problem} 份`)
  assert.equal(await page.inputValue('[data-test=filter-county]'), String(county.county))
  await page.selectOption('[data-test=filter-city]', '')
  await page.waitForURL((url) => !url.search.includes('county'))

  // Of one analyte what is counted are items, and the list has the samples that failed it.
  await page.goto(`${laboratory.province}/?analyte=${encodeURIComponent('甲胺磷')}`)
  await page.getByText('检测项目合格率（按项次）').waitFor()
  const items = summary('--analyte', '甲胺磷').total
  assert.equal(await page.textContent('[data-test=of]'), `${items.pass} / ${items.pass + items.fail + items.problem} 项次`)
  assert.equal(await page.locator('[data-test=planned]').count(), 0)
  await page.click('[data-test=to-list]')
  await page.waitForSelector('[data-test=nonconforming] tbody tr')
  assert.equal(await page.textContent('[data-test=count]'), `共 ${items.fail + items.problem} 份`)
  const line = await page.textContent('[data-test=nonconforming] tbody tr')
  assert.match(line, /甲胺磷\s*0\.62 mg\/kg\s*限量 ≤0\.05 mg\/kg/)
  assert.match(line, /克百威\s*0\.35 mg\/kg/)
  await browser.shot(page, 'board-list')

  // A moment before any verdict, on page and list, in the address, and back.
  const before = '2013-06-03T17:00'
  await page.goto(laboratory.province)
  await page.waitForSelector('[data-test=rate]')
  await page.fill('[data-test=as-of-input]', before)
  await page.waitForURL(/as_of=2013-06-03T09/)
  await page.getByText('截至 2013-06-03 17:00（北京时间）的数字').waitFor()
  await page.getByText('这个范围内还没有已计入的判定。').first().waitFor()
  assert.ok((await page.getAttribute('[data-test=export-rates-csv]', 'href')).includes('as_of=2013-06-03T09'))
  await browser.shot(page, 'board-moment')
  await page.goto(`${laboratory.province}/nonconforming?as_of=2013-06-03T09:00:00Z`)
  await page.getByText('这个范围内没有不合格样品。').waitFor()
  assert.equal(await page.textContent('[data-test=count]'), '共 0 份')
  await page.click('[data-test=to-now]')
  await page.waitForSelector('[data-test=nonconforming] tbody tr')
  assert.ok(!page.url().includes('as_of'))

  // What nobody knows is said, not shown as nothing.
  await page.goto(`${laboratory.province}/?county=519999`)
  await page.getByText('没有“519999”这个区县').first().waitFor()
  await page.close()
})

test('by month the rates are a chart with the target of a programme', async () => {
  const page = await browser.board(laboratory, 'viewer', '/?by=month')
  await page.waitForSelector('[data-test=trend-choose]')
  assert.equal(await page.locator('[data-test=trend-target]').count(), 0)
  await page.selectOption('[data-test=filter-programme]', 'NCP')
  await page.waitForSelector('[data-test=trend-target]')
  const { rows } = summary('--by', 'month', '--programme', 'NCP')
  assert.equal(await page.locator('[data-test=trend-point]').count(), rows.length)
  assert.ok((await page.locator('[data-test=trend-point] title').first().textContent()).includes(`${rows[0].month}：${rows[0].rate}%`))
  assert.match(await page.getAttribute('[data-test=trend] svg', 'aria-label'), new RegExp(`^${rows[0].month} 到 .*目标 96%$`))
  await page.locator('[data-test=trend]').scrollIntoViewIfNeeded()
  await browser.shot(page, 'board-trend')
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
  const paths = { '/?programme=NCP': '[data-test=rate]', '/?programme=NCP&by=month&city=510100': '[data-test=trend]', '/?as_of=2013-06-03T09:00:00Z': '[data-test=then]', '/progress': '[data-test=laboratories]', '/plans': '[data-test=plans]', '/plans/1': '[data-test=grid-total]', '/tasks': '[data-test=tasks] [data-test=pick]', '/laboratories': '[data-test=look-1]', '/exceptions': '[data-test=exceptions]', '/records': '[data-test=diary] .line', '/records?log=security': '[data-test=security]', '/nonconforming': '[data-test=nonconforming] tbody tr', [`/samples/${failed}`]: '[data-test=events] li', '/people': '[data-test=add-person]' }
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

test('what is below its target warns, and what a rule sets aside is in the list with its reason and in no figure', async () => {
  const rules = 'rule,programme,kind,limit,from,until,reason\nW-1,*,warning,1,2013-01-01,,一个起\nB-1,*,same_batch,1,2013-01-01,,同一批次每季度一次\n'
  await laboratory.planner.post('/api/v1/reference', { files: [...referenceFiles(false), { name: 'sampling_rules.csv', text: rules }] })
  const page = await browser.board(laboratory, 'viewer', '/?programme=NCP')
  await page.evaluate(() => localStorage.clear()) // in Chinese again
  await page.reload()
  const { warnings } = await laboratory.planner.get('/api/v1/warnings?programme=NCP')
  assert.ok(warnings.length >= 1)
  await page.waitForSelector('[data-test=warning]')
  const row = await page.textContent('[data-test=warning]')
  assert.ok(row.includes(warnings[0].rate) && row.includes(warnings[0].reason), row)
  await page.locator('[data-test=warnings]').scrollIntoViewIfNeeded()
  await browser.shot(page, 'board-warnings')
  const printed = execFileSync(join(programs, 'qlims'), ['warnings', '--coordinator', laboratory.province, '--token-file', tokenFile()], { encoding: 'utf8' })
  assert.ok(printed.includes(warnings[0].reason), printed)
  await page.locator('[data-test=warning] a').first().click()
  await page.waitForURL((url) => url.pathname === '/nonconforming' && url.searchParams.get('category') === warnings[0].category && url.searchParams.get('city') === String(warnings[0].city))

  // Two samples of one batch of one producer: the first counts.
  await laboratory.restartNode() // the tests before have ended it
  const sampler = laboratory.as('sampler')
  const { samples } = await sampler.get('/api/v1/samples?state=assigned&limit=20')
  const pair = samples.filter((one) => one.commodity === samples[0].commodity).slice(0, 2)
  const fields = { ...(await laboratory.requiredFields(pair[0].programme)), made_on: '2013-06-01' }
  await sampler.post('/api/v1/sampling-forms', { forms: pair.map((one) => ({ number: one.number, sampled_on: '2013-06-03', sample_name: one.commodity, quantity: '2.5 kg', reserve: '1 kg', storage: '冷藏', second_sampler: '吴抽样', fields })) })
  const both = pair.map((one) => one.number)
  await laboratory.receive(both)
  await laboratory.measure(both, { [both[0]]: { 克百威: '0.35' }, [both[1]]: { 克百威: '0.35' } })
  await laboratory.conclude(both)
  await counted(42)
  const before = summary().total
  const tasks = await Promise.all(both.map((number) => laboratory.planner.get(`/api/v1/tasks/${number}`)))
  await laboratory.planner.post('/api/v1/tasks/sampled-units', { units: tasks.map(({ task }) => ({ task, name: '成都某某合作社', licence: '5101', address: '人民路 1 号' })) })
  await until('one is set aside', 10_000, () => summary().total.aside === 1)
  const { total } = summary()
  assert.equal(total.fail, before.fail - 1)
  await page.goto(`${laboratory.province}/`)
  await page.waitForSelector('[data-test=aside]')
  await page.click('[data-test=to-list]')
  await page.waitForSelector('[data-test=aside-pill]')
  assert.equal(await page.textContent('[data-test=count]'), `共 ${total.fail + total.problem} 份`)
  await page.getByText('另有 1 份按抽样规则不计入合格率').waitFor()
  const line = page.locator('[data-test=nonconforming] tbody tr', { has: page.locator('[data-test=aside-pill]') })
  assert.match(await line.textContent(), /同一批次每季度一次/)
  await browser.assertAccessible(page, 'a list with a sample that is set aside')
  await browser.shot(page, 'board-aside')
  await line.locator('a.number').click()
  await page.getByText('按规则 B-1 不计入合格率：同一批次每季度一次').waitFor()
  await browser.shot(page, 'board-aside-sample')
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
