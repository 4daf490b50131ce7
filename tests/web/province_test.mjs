// The province's papers in a real browser: a plan as a workbook with its faults and its way back, tables as files,
// a report from draft to PDF. Workbooks are made and read by openpyxl, which shares nothing with us.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Caller, EmptyProvince, firstPassword, ownPassword, password, read, referenceFiles, until } from './laboratory.mjs'

let province
let browser
const python = (script, ...args) => execFileSync('/usr/bin/python3', ['-c', script, ...args], { encoding: 'utf8' })
const file = (name) => join(province.directory, name)

const makePlan = `
import sys, openpyxl
from openpyxl.styles import PatternFill
wb = openpyxl.Workbook()
guide = wb.active; guide.title = '本市说明'; guide['A1'] = '由计划处填写'
ws = wb.create_sheet('计划表')
ws.append(['项目', '市州', '区县', '类别', '产品名称', '环节', '轮次', '检测包', '样品数'])
for i in range(6000):
    ws.append(['NCP', '成都市', '锦江区', 'V1', '产品%d' % i, '农贸市场', 1 + i % 4, 'VEGA', 1])
ws['A1'].fill = PatternFill('solid', fgColor='FFFF00')
if sys.argv[2] == 'bad':
    for row, column, value in [(12, 'A', 'QQQ'), (502, 'B', '重庆市'), (1002, 'C', '荣县'), (2224, 'D', '矿石'), (3335, 'G', 7), (4446, 'E', '产品4440'), (6001, 'I', 0)]:
        ws['%s%d' % (column, row)] = value
wb.save(sys.argv[1])
`
const readBack = `
import sys, json, openpyxl
own = openpyxl.load_workbook(sys.argv[1]); back = openpyxl.load_workbook(sys.argv[2])
a, b = own['计划表'], back['计划表']
same = all([c.value for c in x] == [c.value for c in y][:9] for x, y in zip(a.iter_rows(), b.iter_rows(max_col=10)))
said = {row[9].row: row[9].value for row in b.iter_rows(max_col=10) if row[9].value}
print(json.dumps({'sheets': back.sheetnames, 'rows': b.max_row, 'same': same, 'said': said, 'fill': b['A1'].fill.fgColor.rgb}))
`

before(async () => {
  province = await EmptyProvince.start()
  await new Caller(province.province).post('/api/v1/setup', { person: 'admin', name: '管理员', password })
  const admin = await new Caller(province.province).signIn('admin', password)
  await admin.post('/api/v1/people', { person: 'planner', name: '陈计划', roles: ['coordinator'], password: firstPassword })
  await ownPassword(province.province, 'planner')
  const planner = await new Caller(province.province).signIn('planner', password)
  await planner.post('/api/v1/reference', { files: referenceFiles() })
  await planner.post('/api/v1/laboratories', read('coordinator/reference/sichuan_2013/laboratories.csv'), 'text/csv')
  browser = await Browser.start()
})
after(async () => {
  await browser?.stop()
  await province?.stop()
})

async function saved(page, what, name) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(what)])
  await download.saveAs(file(name))
  return download.suggestedFilename()
}

test('six thousand rows with seven faults come back marked, and the mended workbook is imported once', async () => {
  python(makePlan, file('bad.xlsx'), 'bad')
  python(makePlan, file('good.xlsx'), 'good')
  const page = await browser.board(province, 'planner', '/plans')
  await page.click('[data-test=begin-import]')
  assert.equal(await saved(page, '[data-test=templates] a', 'template.xlsx'), '抽样计划模板.xlsx')
  assert.equal(python('import sys, openpyxl; print(openpyxl.load_workbook(sys.argv[1]).sheetnames)', file('template.xlsx')).trim(), "['计划', '说明', '选项']")
  await page.setInputFiles('[data-test=plan-file]', file('bad.xlsx'))
  await page.fill('[data-test=plan-due]', '2013-12-31')
  await page.fill('[data-test=plan-year]', '2013')
  await page.click('[data-test=check]')
  await page.waitForSelector('[data-test=errors] tbody tr')
  assert.equal(await page.locator('[data-test=errors] tbody tr').count(), 7)
  assert.match(await page.textContent('[data-test=errors] tbody tr'), /计划表 12.*项目.*QQQ.*项目表里没有这个项目/)
  await page.waitForSelector('[data-test=check]:not(.is-loading)')
  await page.mouse.move(0, 0) // under the pointer a button has another colour, which comes and goes slowly
  await page.waitForTimeout(500)
  await browser.assertAccessible(page, 'faults of a plan')
  await browser.shot(page, 'province-faults')
  await saved(page, '[data-test=error-file]', 'back.xlsx')
  const back = JSON.parse(python(readBack, file('bad.xlsx'), file('back.xlsx')))
  assert.deepEqual(back.sheets, ['本市说明', '计划表'])
  assert.equal(back.same, true)
  assert.equal(back.fill, '00FFFF00')
  assert.deepEqual(Object.keys(back.said).map(Number), [1, 12, 502, 1002, 2224, 3335, 4446, 6001])

  await page.setInputFiles('[data-test=plan-file]', file('good.xlsx'))
  await page.click('[data-test=check]')
  await page.waitForSelector('[data-test=said]')
  const begun = Date.now()
  await page.click('[data-test=store]')
  await page.getByText('已导入为计划 1').or(page.getByText('计划 1')).first().waitFor()
  console.log(`6,000 rows imported from the page in ${Date.now() - begun} ms`)
  await page.click('[data-test=check]')
  await page.waitForSelector('[data-test=said]')
  await page.click('[data-test=store]')
  await page.getByText('这份计划已作为计划 1 导入过').waitFor()
  await page.close()
})

test('tables are saved under the filters of the page', async () => {
  const page = await browser.board(province, 'planner', '/?programme=NCP&by=month')
  await until('the plan is expanded', 30_000, async () => (await page.evaluate(async () => (await (await fetch('/api/v1/status')).json()).plans[0].tasks.planned)) === 6000)
  await saved(page, '[data-test=export-progress-csv]', 'progress.csv')
  const text = readFileSync(file('progress.csv'), 'utf8')
  assert.ok(text.startsWith('\uFEFF# 抽样情况表\n# 筛选条件：项目：'), text.slice(0, 80))
  assert.match(text, /# 数据版本：1\n/)
  assert.match(text, /合计,,6000,6000,0,0,0,0,0\.0\n/)
  assert.equal(await saved(page, '[data-test=export-rates-xlsx]', 'rates.xlsx'), '合格率统计表.xlsx')
  assert.equal(await saved(page, '[data-test=export-progress-pdf]', 'progress.pdf'), '抽样情况表.pdf')
  const printed = execFileSync('pdftotext', ['-raw', file('progress.pdf'), '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  for (const word of ['筛选条件：项目：', '数据版本：1', '表内容SHA-256', '第1页共']) assert.ok(printed.includes(word), word)
  await saved(page, '[data-test=export-all-xlsx]', 'all.xlsx')
  assert.match(python('import sys, openpyxl; print(" ".join(openpyxl.load_workbook(sys.argv[1]).sheetnames))', file('all.xlsx')), /合格率统计表 检测结果汇总表 抽样情况表/)
  const heading = python('import sys, openpyxl; s = openpyxl.load_workbook(sys.argv[1]).active; print(s["A1"].value, s["A6"].value, s["A7"].value)', file('rates.xlsx'))
  assert.equal(heading.trim(), '合格率统计表 月份 合计')
  await browser.shot(page, 'province-exports')
  await page.close()
})

test('a report is drafted, rewritten, frozen and printed', async () => {
  const page = await browser.board(province, 'planner', '/reports')
  await page.fill('[data-test=report-title]', '第一季度质量状况分析报告')
  await page.waitForSelector('[data-test=report-programme] option[value=NCP]', { state: 'attached' })
  await page.selectOption('[data-test=report-programme]', 'NCP')
  await page.click('[data-test=draft]')
  await page.waitForSelector('[data-test=words-overview]')
  await page.fill('[data-test=words-overview]', '本季度尚无判定，由人写成。')
  await page.waitForSelector('[data-test=unsaved]')
  // Nothing that was written is lost unasked: not to another report, not to another page.
  await page.locator('[data-test=reports] tbody button').first().click()
  await page.getByRole('button', { name: '留在这里' }).click()
  await page.getByRole('link', { name: '进度', exact: true }).click()
  await page.getByRole('button', { name: '留在这里' }).click()
  assert.equal(await page.inputValue('[data-test=words-overview]'), '本季度尚无判定，由人写成。')
  assert.match(page.url(), /reports$/)
  await page.click('[data-test=save]')
  await page.locator('[data-test=unsaved]').waitFor({ state: 'detached' })
  for (const [width, height, colorScheme] of [[1280, 800, 'light'], [390, 844, 'dark']]) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await browser.assertAccessible(page, `report ${width} ${colorScheme}`)
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `wider than ${width}`)
    await browser.shot(page, `province-report-${width}-${colorScheme}`)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.click('[data-test=freeze]')
  assert.match(await page.textContent('[data-test=unwritten]'), /主要问题与原因.*措施建议/)
  await page.click('[data-test=freeze-really]')
  await page.getByText('已定稿，第 1 版').first().waitFor()
  assert.equal(await page.locator('[data-test=words-overview]').count(), 0)
  const begun = Date.now()
  assert.equal(await saved(page, '[data-test=reports] tbody a', 'report.pdf'), '第一季度质量状况分析报告.pdf')
  console.log(`a report of ${statSync(file('report.pdf')).size} octets drawn and saved in ${Date.now() - begun} ms`)
  const words = execFileSync('pdftotext', ['-raw', file('report.pdf'), '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  assert.ok(words.includes('本季度尚无判定，由人写成。'))
  await browser.shot(page, 'province-report-frozen')
  if (process.env.QLIMS_SHOTS) writeFileSync(join(process.env.QLIMS_SHOTS, 'report.pdf'), readFileSync(file('report.pdf')))
  browser.assertQuiet()
  await page.close()
})
