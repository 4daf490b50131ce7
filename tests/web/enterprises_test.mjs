// Who was sampled and what became of it: an enterprise's history, its credit class and the two people who publish it;
// and reports about a product, from another system to a plan of their own. Real processes, real pages.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Caller, Laboratory, password, programs, referenceFiles, until } from './laboratory.mjs'

const code = '91350100M000100Y43'
// The samples are of 2013 and the clock is that of today: a window that reaches back, for every programme.
const rules = 'rule,from,to,class,blacklisted,programmes,role,measure,at_least,window_months,text_zh,text_en,basis,assumption\n' +
  'T1,2013-01-01,,D,1,*,any,failed,1,1000,一次最终不合格:列入黑名单,one final fail: blacklisted,测试,假定:测试用\n' +
  'T2,2013-01-01,,B,0,*,any,judged,1,1000,有最终判定,final verdicts,测试,\n'

let laboratory
let browser
let numbers
let failed
const qlims = (...words) => execFileSync(join(programs, 'qlims'), [...words, '--coordinator', laboratory.province, '--token-file', join(laboratory.directory, 'planner.token')], { encoding: 'utf8' })
const confirmBox = async (page, reason) => {
  await page.fill('.el-message-box textarea', reason)
  await page.click('.el-message-box .el-button--primary')
}

before(async () => {
  laboratory = await Laboratory.start({ samples: 10 })
  writeFileSync(join(laboratory.directory, 'planner.token'), `${laboratory.planner.token}\n`, { mode: 0o600 })
  await laboratory.planner.post('/api/v1/reference', { files: [...referenceFiles(false), { name: 'credit_rules.csv', text: rules }] })
  browser = await Browser.start()
  numbers = await laboratory.sample(4)
  failed = numbers[0]
  const units = []
  for (const number of numbers.slice(0, 3)) {
    const { task } = await laboratory.planner.get(`/api/v1/tasks/${number}`)
    units.push({ task, name: '成都某某超市', licence: code, address: '人民路 1 号' })
  }
  await laboratory.planner.post('/api/v1/tasks/sampled-units', { units })
  await laboratory.receive(numbers)
  await laboratory.measure(numbers, { [failed]: { 克百威: '0.35' } })
  await laboratory.conclude(numbers)
  await until('four verdicts', 30_000, async () => (await laboratory.planner.get('/api/v1/status')).plans[0].tasks.judged === 4)
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
})

test('an enterprise is found, and its class stands with the verdict that led to it', async () => {
  const page = await browser.board(laboratory, 'planner', '/enterprises')
  await page.waitForSelector('[data-test=enterprises] tbody tr')
  await browser.assertAccessible(page, 'enterprises')
  await page.fill('[data-test=search]', '某某')
  await page.click('[data-test=find]')
  await page.waitForURL(/q=/)
  await browser.shot(page, 'board-enterprises')
  await page.getByRole('link', { name: '成都某某超市' }).click()
  await page.waitForSelector('[data-test=history] tbody tr')
  assert.equal(await page.locator('[data-test=history] tbody tr').count(), 3)
  assert.match(await page.textContent('[data-test=class]'), /D\s+黑名单/)
  assert.equal(await page.textContent('[data-test=because]'), failed)
  const said = JSON.parse(qlims('enterprise', 'show', '1', '--json'))
  assert.equal(said.evaluation.class, 'D')
  assert.deepEqual(said.evaluation.verdicts.map((one) => one.number), [failed])
  assert.equal(said.final.fail, 1)
  assert.equal(said.final.pass, 2)
  assert.ok((await page.textContent('main')).includes(said.evaluation.rules))
  await browser.assertAccessible(page, 'one enterprise')
  await browser.shot(page, 'board-enterprise')
  await page.close()
})

test('its class becomes public when a second person confirms, and not before', async () => {
  const viewer = await new Caller(laboratory.province).signIn('viewer', password)
  const open = async () => (await viewer.get('/api/v1/publications')).rows
  const page = await browser.board(laboratory, 'planner', '/enterprises/1')
  await page.click('[data-test=propose]')
  await confirmBox(page, '按现行规则')
  await page.waitForSelector('[data-test=another]')
  assert.equal(await page.locator('[data-test=confirm]').count(), 0)
  assert.deepEqual(await open(), [])
  await page.close()
  const other = await browser.board(laboratory, 'office', '/enterprises/1')
  await other.click('[data-test=confirm]')
  await confirmBox(other, '核对无误')
  await other.waitForSelector('[data-test=withdraw]')
  const [row] = await open()
  assert.equal(row.name, '成都某某超市')
  assert.equal(row.blacklisted, true)
  assert.equal(row.verdicts, undefined)
  await browser.assertAccessible(other, 'a published class')
  await browser.shot(other, 'board-enterprise-published')
  await other.click('[data-test=withdraw]')
  await confirmBox(other, '当事人整改')
  await other.waitForSelector('[data-test=keep]')
  assert.equal((await open()).length, 1)
  assert.match(qlims('credit', 'list', '--state', 'withdrawal_proposed'), /成都某某超市/)
  await other.close()
})

test('who may not know whom a sample was taken from sees neither page', async () => {
  const page = await browser.board(laboratory, 'viewer', '/')
  await page.waitForSelector('[data-test=rate]')
  assert.equal(await page.getByRole('link', { name: '企业', exact: true }).count(), 0)
  await page.goto(`${laboratory.province}/enterprises/1`)
  await page.getByText('没有权限').first().waitFor()
  await page.close()
})

test('a list with a fault comes back, mended it is taken, and two entries become one', async () => {
  const page = await browser.board(laboratory, 'planner', '/enterprises')
  await page.click('[data-test=begin-import]')
  const give = (text) => page.setInputFiles('[data-test=list-file]', { name: '名录.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff名称,统一社会信用代码,类型,市州,区县\n${text}`) })
  await give(`成都某某超市(总店),${code.slice(0, -1)}4,经营者,成都市,锦江区\n`)
  await page.click('[data-test=list-check]')
  await page.waitForSelector('[data-test=list-faults] tbody tr')
  assert.ok((await page.textContent('[data-test=list-faults]')).includes('校验位'))
  await browser.assertAccessible(page, 'the faults of a list')
  await browser.shot(page, 'board-enterprises-faults')
  await give('成都某某超市(总店),,经营者,成都市,锦江区\n')
  await page.click('[data-test=list-check]')
  await page.waitForSelector('[data-test=list-said]')
  await page.click('[data-test=list-store]')
  await page.getByText('新增 1').waitFor()
  await page.getByRole('link', { name: '成都某某超市(总店)' }).click()
  await page.click('[data-test=merge]')
  await page.fill('[data-test=pick]', code.slice(0, 9))
  await page.waitForSelector('[data-test=picks] li')
  assert.equal(await page.locator('[data-test=picks] li').count(), 1)
  await browser.assertAccessible(page, 'choosing an enterprise')
  await browser.shot(page, 'board-enterprise-pick')
  await page.locator('[data-test=picks] button').first().click()
  assert.match(await page.textContent('[data-test=picked]'), /成都某某超市/)
  await page.fill('[data-test=merge-reason]', '证照相同')
  await browser.assertAccessible(page, 'merging')
  await page.click('[data-test=merge-save]')
  await page.waitForSelector('[data-test=members] li')
  assert.ok((await page.textContent('[data-test=members]')).includes('证照相同'))
  await page.close()
})

test('a merge that was a mistake is undone with a reason, and both histories are their own again', async () => {
  const planner = laboratory.planner
  const whole = await planner.get('/api/v1/enterprises/1')
  const member = whole.members[0].enterprise
  const page = await browser.board(laboratory, 'office', '/enterprises/1')
  await page.waitForSelector('[data-test=members] li')
  await page.click('[data-test=part]')
  await page.click('[data-test=part-now]')
  await page.getByText('请填写理由').waitFor()
  await page.fill('[data-test=part-reason]', '两家只是同名')
  await browser.assertAccessible(page, 'parting')
  await browser.shot(page, 'board-enterprise-part')
  await page.click('[data-test=part-now]')
  await page.waitForSelector('[data-test=partings] li')
  assert.equal(await page.locator('[data-test=members] li').count(), 0)
  const said = await page.textContent('[data-test=partings]')
  for (const words of ['证照相同', '两家只是同名', 'office', 'planner']) assert.ok(said.includes(words), words)
  await browser.assertAccessible(page, 'parted')
  await browser.shot(page, 'board-enterprise-parted')
  assert.equal((await planner.get('/api/v1/enterprises/1')).history.length, 3)
  assert.deepEqual((await planner.get(`/api/v1/enterprises/${member}`)).history, [])
  assert.equal((await planner.get('/api/v1/enterprises')).rows.length, 2)
  await page.goto(`${laboratory.province}/enterprises/${member}`)
  await page.waitForSelector('[data-test=partings] li')
  await page.close()
})

test('a sample names its enterprise, and the office names one without knowing its number', async () => {
  const page = await browser.board(laboratory, 'planner', '/nonconforming')
  await page.waitForSelector('[data-test=nonconforming] tbody tr')
  await page.locator('[data-test=parties] a').first().click()
  await page.waitForURL(/enterprises\/1$/)
  await page.goto(`${laboratory.province}/samples/${numbers[3]}`)
  await page.click('[data-test=name-unit]')
  await page.fill('[data-test=pick]', '某某超市')
  await page.waitForSelector('[data-test=picks] li')
  await page.locator('[data-test=picks] button', { hasText: code }).click()
  assert.equal(await page.inputValue('[data-test=unit-licence]'), code)
  await browser.assertAccessible(page, 'naming a unit')
  await browser.shot(page, 'board-unit')
  await page.click('[data-test=unit-save]')
  await page.locator('[data-test=parties] a', { hasText: '成都某某超市' }).waitFor()
  assert.equal((await laboratory.planner.get('/api/v1/enterprises/1')).history.length, 4)
  await browser.shot(page, 'board-sample-parties')
  await page.close()
  const viewer = await browser.board(laboratory, 'viewer', `/samples/${numbers[3]}`)
  await viewer.waitForSelector('[data-test=state]')
  assert.equal(await viewer.locator('[data-test=parties]').count(), 0)
  assert.equal(await viewer.locator('[data-test=name-unit]').count(), 0)
  await viewer.close()
})

test('reports of one product stand together, are assessed, and open a plan', async () => {
  const report = (id, more = {}) => ({ source: '哨点医院', source_id: id, kind: 'injury', product: '菠菜', maker: '某某农场', city: '成都市', county: '锦江区', happened: '2026-06-01', harmed: 2, content: '食用后不适', ...more })
  await laboratory.planner.post('/api/v1/signals', report('1'))
  assert.equal((await laboratory.planner.post('/api/v1/signals', report('1'))).already_received, true)
  await laboratory.planner.post('/api/v1/signals', report('2', { happened: '2026-06-05' }))
  await laboratory.planner.post('/api/v1/signals', report('3', { product: '童车', maker: '', kind: 'risk', harmed: 0, content: '刹车失灵' }))
  const page = await browser.board(laboratory, 'planner', '/signals')
  await page.waitForSelector('[data-test=signals] tbody tr')
  assert.equal(await page.locator('[data-test=signals] tbody tr').count(), 3)
  assert.equal(await page.getByText('共 2 份相近').count(), 2)
  await browser.assertAccessible(page, 'signals')
  await browser.shot(page, 'board-signals')
  await page.locator('[data-test=signals] tbody tr', { hasText: '童车' }).locator('[data-test=dismiss]').click()
  await confirmBox(page, '不属本省监管')
  await page.locator('[data-test=signals] tbody tr', { hasText: '童车' }).getByText('已排除').waitFor()
  await page.locator('[data-test=signals] tbody tr', { hasText: '菠菜' }).first().locator('[data-test=watch]').click()
  await confirmBox(page, '两份相近')
  await until('the group is watched', 10_000, async () => (await laboratory.planner.get('/api/v1/signals?state=watched')).rows.length === 2)
  await page.locator('[data-test=signals] tbody tr', { hasText: '菠菜' }).first().locator('[data-test=open-plan]').click()
  for (const [field, value] of Object.entries({ title: '菠菜专项', due: '2026-12-31', samples: '3', reason: '两人不适' })) await page.fill(`[data-test=plan-${field}]`, value)
  for (const [field, value] of Object.entries({ programme: 'NCP', category: 'V1', stage: 'farmers_market', panel: 'VEGA' })) await page.selectOption(`[data-test=plan-${field}]`, value)
  await page.click('[data-test=place-add]')
  await page.selectOption('[data-test=place-city-1]', { label: '自贡市' })
  await page.selectOption('[data-test=place-county-1]', { label: '自流井区' })
  await page.getByText('2 个地点，共 6 个样品').waitFor()
  await browser.assertAccessible(page, 'a plan for a report')
  await browser.shot(page, 'board-signal-plan')
  await page.click('[data-test=plan-save]')
  await page.getByRole('link', { name: '第 2 号计划' }).click()
  await page.waitForURL(/plans\/2/)
  await page.getByText('菠菜专项').first().waitFor()
  const plans = (await laboratory.planner.get('/api/v1/plans')).plans
  assert.equal(plans.at(-1).tasks_total, 6)
  await page.close()
})

test('in English, small and dark', async () => {
  const page = await browser.board(laboratory, 'planner', '/enterprises/1')
  await page.waitForSelector('[data-test=history] tbody tr')
  await page.click('[data-test=who]')
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'History of verdicts' }).waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await browser.assertAccessible(page, 'one enterprise, English, small and dark')
  await browser.shot(page, 'board-enterprise-small')
  await page.goto(`${laboratory.province}/signals`)
  await page.waitForSelector('[data-test=signals] tbody tr')
  await browser.assertAccessible(page, 'signals, English, small and dark')
  await browser.shot(page, 'board-signals-small')
  await page.close()
  browser.assertQuiet()
})
