// A nonconforming sample from the suspected result to the final verdict: confirmed on a second portion, its notice sent
// within the clock, an objection, a laboratory drawn by lot, and what that one finds. Real processes, real pages.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Laboratory, programs, until } from './laboratory.mjs'

let first
let others = []
let browser
let number
let task

const qlims = (...words) => execFileSync(join(programs, 'qlims'), [...words, '--json', '--coordinator', first.province, '--token-file', join(first.directory, 'planner.token')], { encoding: 'utf8' })
const total = (verdicts) => JSON.parse(qlims('summary', '--programme', 'LTS', '--verdicts', verdicts)).total

/** The chromatograph's own file for these results of one sample. */
function file(id, results) {
  const heads = [['Sample', '', '', '', '', ''], ['', 'Name', 'Data File', 'Type', 'Level', 'Acq. Date-Time']]
  const line = ['', id, `${id}.d`, 'Sample', '', '6/3/2013 9:00']
  for (const [analyte, value] of Object.entries(results)) {
    heads[0].push(`${analyte} Method`, `${analyte} Results`, '')
    heads[1].push('Units', 'RT', 'Final Conc.')
    line.push('mg/kg', '3.422', value)
  }
  return [...heads, line].map((cells) => cells.join(',')).join('\r\n')
}
const capture = (laboratory, id, results) => laboratory.as('wang').post(`/api/v1/captures?instrument=GCMS-01&name=${encodeURIComponent(id.replace('/', '-'))}-${Date.now()}.csv`, file(id, results), 'text/csv')
const outcomeAt = async (laboratory) => (await laboratory.as('wang').get(`/api/v1/samples/${number}`)).outcome

before(async () => {
  first = await Laboratory.start({ samples: 5, programme: 'LTS', confirms: true })
  writeFileSync(join(first.directory, 'planner.token'), `${first.planner.token}\n`, { mode: 0o600 })
  browser = await Browser.start()
  for (const laboratory of [3, 4]) others.push(await first.another(laboratory))
})
after(async () => {
  await browser?.stop()
  for (const laboratory of others) await laboratory.stop()
  await first?.stop()
})

test('a suspected result waits for a second portion, and nobody is told before', async () => {
  ;[number] = await first.sample(1)
  await first.receive([number])
  const today = await browser.desk(first, 'wang')
  await until('the report is due on the screen of the day', 10_000, async () => (await today.textContent('[data-test=clocks]')).includes(number))
  await browser.shot(today, 'desk-clocks')
  await today.close()
  await first.measure([number], { [number]: { 克百威: '0.35' } })
  const sample = await first.as('wang').get(`/api/v1/samples/${number}`)
  assert.equal(sample.provisional, true)
  task = sample.task
  await assert.rejects(first.conclude([number]), /unconfirmed/)
  assert.deepEqual((await first.planner.get('/api/v1/notices')).rows, [])
  await capture(first, `${number}/2`, { 克百威: '0.33' })
  await first.conclude([number])
  await until('the fail is counted', 20_000, async () => total('first').fail === 1)
  const [notice] = (await first.planner.get('/api/v1/notices')).rows
  assert.equal(notice.task, task)
  assert.equal(notice.clock.state, 'running')
  assert.equal(Date.parse(notice.clock.due) - Date.parse(notice.confirmed), 24 * 3600 * 1000)
})

test('its report is a PDF that the desk gives after approval', async () => {
  const page = await browser.desk(first, 'wang', `/samples/${number}`)
  const link = await page.waitForSelector('[data-test=report]')
  const octets = Buffer.from(await (await page.request.get(new URL(await link.getAttribute('href'), first.origin).href)).body())
  assert.equal(octets.subarray(0, 5).toString(), '%PDF-')
  const path = join(first.directory, 'report.pdf')
  writeFileSync(path, octets)
  const text = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  for (const word of [number, '克百威', '0.35；0.33', '不合格', '王检测', '赵复核', '钱批准']) assert.ok(text.includes(word), word)
  await browser.shot(page, 'desk-report-button')
  await page.close()
})

test('the notice goes out within its clock and the objection is registered on the page', async () => {
  await first.planner.post('/api/v1/tasks/sampled-units', { units: [{ task, name: '成都某某超市', licence: '5101', address: '人民路 1 号' }] })
  const page = await browser.board(first, 'planner', '/disputes')
  await page.waitForSelector('[data-test=clocks] tbody tr')
  await browser.assertAccessible(page, 'the board, disputes')
  await browser.shot(page, 'board-disputes-due')
  const fetched = async (name, end) => {
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click(`[data-test=${name}]`)])
    const path = join(first.directory, `notice.${end}`)
    await saved.saveAs(path)
    return path
  }
  await page.click('[data-test=send]')
  await page.locator('[data-test=notice-text]', { hasText: '克百威' }).waitFor()
  const words = await page.textContent('[data-test=notice-text]')
  for (const word of ['受检单位:成都某某超市', number, '对检验结果有异议的']) assert.ok(words.includes(word), word)
  await until('it goes to the sampled unit', 5_000, async () => (await page.inputValue('[data-test=sending-to]')) === '成都某某超市')
  await page.fill('[data-test=sending-way]', '专人送达')
  await browser.assertAccessible(page, 'sending a notice')
  await browser.shot(page, 'board-notice-send')
  const draft = execFileSync('pdftotext', ['-raw', await fetched('notice-pdf', 'pdf'), '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  for (const word of ['成都某某超市', '草稿，还没有发出', '数据版本', '文字SHA-256']) assert.ok(draft.includes(word), word)
  await page.click('[data-test=sending-save]')
  await page.waitForSelector('[data-test=receive]')
  await page.click('[data-test=read]')
  const path = await fetched('notice-pdf', 'pdf')
  const printed = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  const { text_hash: hash } = await first.planner.get(`/api/v1/notices/${task}`)
  for (const word of ['送达成都某某超市，专人送达', hash]) assert.ok(printed.includes(word), word)
  assert.ok(execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n').slice(2).every((line) => line.includes('yes yes yes')))
  await page.locator('.el-dialog', { hasText: hash }).waitFor()
  await browser.shot(page, 'board-notice-read')
  await page.keyboard.press('Escape')
  await page.click('[data-test=receive]')
  await page.fill('[data-test=receipt-how]', '张店长签收')
  await page.fill('[data-test=receipt-at]', '2099-01-01T00:00')
  await page.click('[data-test=receipt-save]')
  assert.ok(await page.locator('[data-test=receipt-at]').evaluate((field) => !field.validity.valid), 'not in the future')
  await page.fill('[data-test=receipt-at]', await page.getAttribute('[data-test=receipt-at]', 'max'))
  await browser.assertAccessible(page, 'recording a receipt')
  await browser.shot(page, 'board-notice-receipt')
  await page.click('[data-test=receipt-save]')
  await until('the window runs', 10_000, async () => (await page.textContent('[data-test=clocks]')).includes('异议提出'))
  await page.click('[data-test=object]')
  await page.fill('[data-test=objection-by]', '成都某某超市')
  await page.fill('[data-test=objection-content]', '对克百威的结果有异议')
  await browser.assertAccessible(page, 'registering an objection')
  await browser.shot(page, 'board-objection')
  await page.click('[data-test=objection-save]')
  await page.waitForSelector('[data-test=objections] tbody tr')
  assert.ok((await page.textContent('[data-test=objections]')).includes('由登记人以外的人处理'))
  assert.equal(await page.locator('[data-test=accept]').count(), 0)
  await page.close()
  const [notice] = JSON.parse(qlims('notice', 'list')).rows
  assert.equal(notice.clock.state, 'met')
})

test('another person accepts, a laboratory is drawn, and its verdict is final', async () => {
  const page = await browser.board(first, 'office', '/disputes')
  await page.click('[data-test=accept]')
  await page.fill('[data-test=decide-reason]', '符合受理条件')
  assert.ok(await page.isDisabled('[data-test=decide-save]'), 'nobody has looked at the reserve')
  await page.check('[data-test=not-expired]')
  await page.check('[data-test=reserve-unfit]')
  await page.waitForSelector('[data-test=cannot-retest]')
  assert.ok(await page.isDisabled('[data-test=decide-save]'))
  await page.check('[data-test=reserve-fit]')
  await browser.assertAccessible(page, 'accepting an objection')
  await browser.shot(page, 'board-objection-accept')
  await page.click('[data-test=decide-save]')
  await until('it is being retested', 10_000, async () => (await page.textContent('[data-test=objections]')).includes('复检中'))
  const objection = JSON.parse(qlims('objection', 'show', task))
  assert.deepEqual(objection.draw.candidates.map((one) => one.laboratory), [3, 4])
  const other = others[objection.draw.drawn.laboratory - 3]
  await until('the other laboratory has it', 20_000, () => other.as('wang').get(`/api/v1/samples/${number}`))
  const seen = JSON.stringify(await other.as('wang').get(`/api/v1/samples/${number}`))
  for (const secret of ['超市', '人民路', '异议']) assert.ok(!seen.includes(secret), secret)
  await other.receive([number])
  await capture(other, number, { 克百威: 'ND' })
  assert.equal(await outcomeAt(other), 'pass', JSON.stringify((await other.as('wang').get(`/api/v1/samples/${number}`)).items.filter((one) => one.value)))
  await other.conclude([number])
  await until('the page shows the final verdict', 20_000, async () => (await page.textContent('[data-test=objections]')).includes('改变原结论'))
  assert.ok((await page.textContent('[data-test=objections]')).includes('不合格 → 合格'))
  await browser.assertAccessible(page, 'the board, disputes')
  await browser.shot(page, 'board-disputes-final')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await browser.assertAccessible(page, 'the board, disputes, small and dark')
  await browser.shot(page, 'board-disputes-small')
  await page.close()
  assert.equal(total('first').fail, 1)
  assert.equal(total('final').fail, 0)
  assert.equal(total('final').pass, 1)
  browser.assertQuiet()
})
