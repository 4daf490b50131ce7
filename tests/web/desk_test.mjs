// The laboratory's day in a real browser against real daemons.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser, promise, scan } from './browser.mjs'
import { Laboratory, password, sleep, until } from './laboratory.mjs'

let laboratory
let browser
let numbers

before(async () => {
  laboratory = await Laboratory.start({ samples: 100 })
  browser = await Browser.start()
  numbers = await laboratory.sample(80)
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
})

/** Says how long something took, and that all but one in twenty were as short as promised: those may be a busy machine's. */
function within(t, what, times, promised) {
  const sorted = [...times].sort((a, b) => a - b)
  const most = sorted[Math.floor(sorted.length * 0.95)]
  t.diagnostic(`${what}: median ${sorted[Math.floor(sorted.length / 2)]} ms, 95 % within ${most} ms, most ${sorted.at(-1)} ms`)
  promise(t, most <= promised, `${what}: 95 % within ${most} ms, promised are ${promised}`)
}

test('fifty reads of a hand scanner with two duplicates and one unknown code, mouse untouched', async (t) => {
  const page = await browser.desk(laboratory, 'li', '/reception')
  await page.waitForSelector('[data-test=scan]')
  const labels = numbers.slice(0, 47)
  const reads = [...labels.slice(0, 20), labels[3], ...labels.slice(20, 40), '6901234567892', labels[25], ...labels.slice(40)]
  assert.equal(reads.length, 50)
  const times = []
  for (const text of reads) {
    await page.keyboard.type(text, { delay: 1 })
    const entered = Date.now()
    await page.keyboard.press('Enter')
    await page.waitForSelector(`[data-test=scan-row]:first-child:has-text("${text}"):not([data-outcome=pending])`)
    times.push(Date.now() - entered)
    await sleep(Math.max(0, 100 - (Date.now() - entered)))
  }
  assert.equal(await page.textContent('[data-test=scan-counts]'), '收 47 · 重复 2 · 其他 1')
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-test')), 'scan')
  assert.equal(await page.inputValue('[data-test=scan]'), '')
  within(t, 'from Enter to the answer', times, 300)
  const status = await laboratory.node.get('/api/v1/status')
  assert.equal(status.samples.received, 47)
  await browser.shot(page, 'fifty-scans')
  await page.close()
})

test('a number typed by hand is received only with a reason', async () => {
  const page = await browser.desk(laboratory, 'li')
  await page.waitForSelector('[data-test=scan]')
  await page.keyboard.type(numbers[47], { delay: 130 })
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=typed-reason]:focus')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  assert.equal((await laboratory.as('li').get(`/api/v1/samples/${numbers[47]}`)).state, 'sampled')
  await page.keyboard.type('标签破损，扫不出')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=scan-row][data-outcome=received]')
  const sample = await laboratory.as('li').get(`/api/v1/samples/${numbers[47]}`)
  assert.match(sample.reception.condition, /手工录入：标签破损，扫不出/)
  await page.close()
})

test('a picture of a label is read, and its printed number shown beside the code', async () => {
  const page = await browser.desk(laboratory, 'li', '/reception')
  const number = numbers[48]
  const picture = Buffer.from(await (await fetch(`${laboratory.origin}/api/v1/samples/${number}/label.png`, { headers: { Cookie: laboratory.as('li').cookie } })).arrayBuffer())
  await page.setInputFiles('[data-test=scan-photo]', { name: 'label.png', mimeType: 'image/png', buffer: picture })
  await page.waitForSelector('[data-test=scan-row][data-outcome=received]')
  await page.getByText('一致', { exact: true }).waitFor()
  await browser.shot(page, 'label-photo')
  // The same picture as evidence once more is refused at once.
  await page.setInputFiles('[data-test=scan-photo]', { name: 'label.png', mimeType: 'image/png', buffer: picture })
  await page.waitForSelector('[data-test=scan-row][data-outcome=duplicate]')
  await page.close()
})

test('a doubt keeps a sample out until a person has looked and said why', async () => {
  const page = await browser.desk(laboratory, 'li', '/reception')
  const number = numbers[55]
  await page.getByRole('combobox', { name: '标签上的状态' }).click({ force: true })
  await page.getByRole('option', { name: '已检' }).click()
  await page.focus('[data-test=scan]')
  await scan(page, number)
  await page.waitForSelector('[data-test=scan-row][data-outcome=doubt]')
  assert.equal((await laboratory.as('li').get(`/api/v1/samples/${number}`)).state, 'sampled')
  const accept = page.getByRole('button', { name: '已核对，仍然收样' })
  assert.ok(await accept.isDisabled())
  await page.getByText(/标签上勾选的状态为“已检”/).last().click()
  await accept.click()
  await page.getByText('请填写理由').waitFor() // ticked is not yet a reason
  await browser.shot(page, 'doubt')
  await page.getByLabel('理由').fill('标签勾错，实物未检')
  await accept.click()
  await page.waitForSelector('[data-test=scan-row][data-outcome=received]')
  const { reception } = await laboratory.as('li').get(`/api/v1/samples/${number}`)
  assert.deepEqual([reception.accepted, reception.reason], ['status_differs', '标签勾错，实物未检'])
  await page.close()
})

test('a result that found no sample is given to one, another is not used, each with a reason', async () => {
  await laboratory.receive([numbers[56]])
  const [file] = await laboratory.exports([numbers[56]], { [numbers[56]]: { 克百威: '0.012' } })
  await laboratory.as('wang').post('/api/v1/captures?instrument=GCMS-01&name=slip.csv', file.replaceAll(numbers[56], 'SLIP-OF-THE-PEN'), 'text/csv')
  const page = await browser.desk(laboratory, 'wang', '/instruments')
  const entries = page.locator('[data-test=quarantined]')
  await entries.first().waitFor()
  const { entries: open } = await laboratory.as('wang').get('/api/v1/quarantine?open=1&limit=100')
  await entries.nth(0).locator('xpath=..').getByRole('button', { name: '处理' }).click()
  await page.getByLabel('样品编号').fill(numbers[56])
  await page.getByRole('dialog').getByRole('button', { name: '归到样品' }).click()
  await page.locator('[data-test=entry] [role=alert]').waitFor() // no reason
  await page.getByLabel('理由').fill('进样表编号写错')
  await browser.shot(page, 'quarantine-entry')
  await page.getByRole('dialog').getByRole('button', { name: '归到样品' }).click()
  await until('one less', 5_000, async () => (await entries.count()) === open.length - 1)
  await page.getByRole('dialog').waitFor({ state: 'hidden' }) // it gives the focus back when it has closed
  // The next by keyboard alone: the list, the row, and the button that decides about what is chosen.
  await page.focus('[data-test=quarantine] .rowlist .box')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.focus('[data-test=reject-chosen]')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=reject-reason]:focus')
  await page.keyboard.type('重复进样，不用')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await until('two less', 5_000, async () => (await entries.count()) === open.length - 2)
  const sample = await laboratory.as('wang').get(`/api/v1/samples/${numbers[56]}`)
  assert.equal(sample.items.filter((item) => item.value !== undefined).length, 1)
  await page.goto(`${laboratory.origin}/samples/${numbers[56]}`)
  await page.locator('[data-test=sources]').getByRole('button', { name: '读取情况' }).click()
  await page.locator('[data-test=coverage]').getByText('100 %').waitFor() // the way back to what was read
  await browser.shot(page, 'sample-source')
  await page.close()
})

test('the rows of one mistyped number are chosen at once and given to their sample in one go', async () => {
  await laboratory.receive([numbers[62]])
  const typo = 'SC13-MISTYPED-0062-DUP'
  const [file] = await laboratory.exports([numbers[62]])
  const { capture, quarantined } = await laboratory.as('wang').post('/api/v1/captures?instrument=GCMS-01&name=typo.csv', file.replaceAll(numbers[62], typo), 'text/csv')
  assert.ok(quarantined.length > 1)
  const page = await browser.desk(laboratory, 'wang', '/instruments')
  await page.locator('[data-test=by-capture]').click({ force: true })
  await page.getByRole('option', { name: new RegExp(`^#${capture} GCMS-01`) }).click()
  const names = page.locator('[data-test=choose-number]').filter({ hasText: typo })
  await names.first().click()
  await page.locator('[data-test=resolve-chosen]').getByText(`所选 ${quarantined.length} 项归到样品`).click()
  await page.fill('[data-test=assign-reason]', '进样表编号写错')
  await page.fill('[data-test=assign-number]', 'NOT-A-SAMPLE')
  await page.click('[data-test=assign-now]')
  await page.locator('[data-test=unplaced]').getByText(`${quarantined.length} 项没有归成`).waitFor()
  await page.fill('[data-test=assign-number]', numbers[62])
  await browser.shot(page, 'quarantine-assign')
  await page.click('[data-test=assign-now]')
  await until('all of them', 20_000, async () => (await laboratory.as('wang').get(`/api/v1/quarantine?open=1&limit=100&capture=${capture}`)).entries.length === 0)
  const { items } = await laboratory.as('wang').get(`/api/v1/samples/${numbers[62]}`)
  assert.equal(items.filter((item) => item.value !== undefined).length, quarantined.length)
  await page.close()
})

test('a batch that found no place is seen to its last row, and set aside by capture, reason and selection', async () => {
  const rows = 150
  const [file] = await laboratory.exports([numbers[60]])
  const [header, titles, line] = file.split(/\r?\n/)
  const batch = [header, titles, ...Array.from({ length: rows }, (_, i) => line.replaceAll(numbers[60], `METHOD-${String(i).padStart(3, '0')}`))].join('\r\n')
  const { capture } = await laboratory.as('wang').post('/api/v1/captures?instrument=GCMS-01&name=method.csv', batch, 'text/csv')
  const waiting = async () => (await laboratory.as('wang').get('/api/v1/quarantine/captures')).captures.find((one) => one.capture === capture)?.open ?? 0
  const all = await waiting()
  assert.ok(all >= rows)
  const page = await browser.desk(laboratory, 'wang', '/instruments')
  await page.locator('[data-test=by-capture]').click({ force: true })
  await page.getByRole('option', { name: new RegExp(`^#${capture} GCMS-01`) }).click()
  const box = page.locator('[data-test=quarantine] .rowlist .box')
  await box.getByText('METHOD-000').first().waitFor()
  await box.focus()
  await until('the last row', 20_000, async () => {
    await page.keyboard.press('End')
    return (await box.getByText(`METHOD-${rows - 1}`).count()) > 0
  })
  assert.ok((await page.locator('[data-test=quarantined]').count()) <= 60)
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=reject-chosen]').getByText('所选 2 项不采用').waitFor()
  await browser.shot(page, 'quarantine-batch')
  await page.click('[data-test=reject-chosen]')
  await page.fill('[data-test=reject-reason]', '方法调试')
  await page.click('[data-test=reject-now]')
  await until('two less', 5_000, async () => (await waiting()) === all - 2)
  await page.getByRole('button', { name: `此数据 ${all - 2} 项都不采用` }).click()
  await browser.shot(page, 'quarantine-whole')
  await page.click('[data-test=reject-now]')
  await page.locator('[data-test=reject] [role=alert]').getByText('请填写理由').waitFor()
  await page.fill('[data-test=reject-reason]', '方法调试，整批不用')
  await page.click('[data-test=reject-now]')
  await until('none left', 5_000, async () => (await waiting()) === 0)
  await page.getByText('已处理').first().click()
  await box.getByText('METHOD-000').first().waitFor() // what was decided can still be read
  await page.close()
})

test('a name that nobody has used and a file that two formats read are asked about, not guessed', async () => {
  await laboratory.receive([numbers[61]])
  const titles = 'Sample ID,Sample Details,Test Name,Result,Units,Absorbance,Analyte Name,Date,Time'
  const file = `${titles}\r\n${numbers[61]},,克百威,0.012,mg/kg,0.1,克百威,2013-06-03,10:00\r\n`
  const page = await browser.desk(laboratory, 'wang', '/instruments')
  await page.fill('input[list=instrument-names]', 'gcms 01')
  await page.setInputFiles('[data-test=upload]', { name: 'two.csv', mimeType: 'text/csv', buffer: Buffer.from(file) })
  await page.getByRole('button', { name: '上传仪器文件' }).click()
  await page.locator('[data-test=new-instrument]').waitFor()
  await browser.shot(page, 'new-instrument')
  await page.getByRole('button', { name: '改用 GCMS-01' }).click()
  const choices = page.locator('[data-test=candidates] li')
  await choices.first().waitFor()
  assert.ok((await choices.count()) >= 2)
  await browser.shot(page, 'candidates')
  await choices.filter({ hasText: 'seal-aq2' }).getByRole('button', { name: '先看看' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('cell', { name: numbers[61] }).first().waitFor() // a look, nothing is taken
  await browser.shot(page, 'capture-tried')
  assert.equal((await laboratory.as('wang').get(`/api/v1/samples/${numbers[61]}`)).items.some((item) => item.value !== undefined), false)
  await page.keyboard.press('Escape')
  await choices.filter({ hasText: 'seal-aq2' }).getByRole('button', { name: /^按此格式读取/ }).click()
  await page.getByText(/采用 1 项，隔离 0 项/).waitFor()
  const sample = await laboratory.as('wang').get(`/api/v1/samples/${numbers[61]}`)
  assert.equal(sample.items.find((item) => item.value !== undefined).value, '0.012')
  // From the list of captures, by keyboard: how it was read, with the reason.
  await page.focus('.live .rowlist .box')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=capture]').getByText(/seal-aq2/).first().waitFor()
  await browser.assertAccessible(page, 'a capture')
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 })
    await browser.shot(page, `capture-${width}`)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `a capture is wider than ${width} px`)
  }
  await page.close()
})

test('the registry shows every counter, and a first device can be refused', async () => {
  const page = await browser.desk(laboratory, 'admin', '/instruments')
  const device = page.locator('[data-test=device]').first()
  await device.waitFor()
  const text = await device.textContent()
  for (const label of ['首次', '最近联系', '数据', '结果', '采用', '隔离', '未能读取', '重复送来']) assert.ok(text.includes(label), `${label} in ${text}`)
  await device.getByRole('button', { name: '不是我们的' }).waitFor()
  await browser.shot(page, 'devices')
  await page.close()
})

test('one sample from scan to approval by three people, its run released with a reason', async () => {
  const number = numbers[49]
  let page = await browser.desk(laboratory, 'li')
  await page.waitForSelector('[data-test=scan]')
  await scan(page, number)
  await page.waitForSelector('[data-test=scan-row][data-outcome=received]')
  await page.close()

  page = await browser.desk(laboratory, 'wang', '/instruments')
  const [file] = await laboratory.exports([number], { [number]: { 克百威: '0.35' } })
  await page.fill('input[list=instrument-names]', 'GCMS-01')
  const upload = async () => {
    await page.setInputFiles('[data-test=upload]', { name: 'batch.csv', mimeType: 'text/csv', buffer: Buffer.from(file) })
    await page.getByRole('button', { name: '上传仪器文件' }).click()
  }
  await upload()
  await page.getByText(/采用 \d+ 项，隔离 0 项/).waitFor()
  await upload() // once more adds nothing, and does not look as if it had
  await page.locator('[data-test=repeated]').getByText(/以前收到过.*没有新增结果/).waitFor()
  await page.locator('[data-test=repeated]').getByText('没有隔离待处理的').waitFor()
  assert.equal(await page.getByText(/采用 \d+ 项，隔离/).count(), 0)
  await page.close()
  assert.equal((await laboratory.as('wang').get(`/api/v1/samples/${number}`)).outcome, 'fail')

  // The reviewer is refused as long as the run has failed its quality control, and says why it may be used.
  page = await browser.desk(laboratory, 'zhao', '/review')
  await page.getByText(number).waitFor()
  await page.locator('[data-test=blocked]').waitFor()
  await page.click('[data-test=choose-all]') // leaves out what would be refused
  const box = page.getByRole('checkbox', { name: number })
  assert.equal(await box.isChecked(), false)
  await browser.shot(page, 'review-blocked')
  await box.click()
  await sign(page, 'agree', password)
  await page.waitForSelector('[data-test=refused]')
  assert.match(await page.textContent('[data-test=refused]'), /run_failed/)
  await page.goto(`${laboratory.origin}/quality`)
  await page.waitForSelector('[data-test=run]')
  await page.locator('[data-test=run]').last().click() // the oldest is first, and other runs of the day wait too
  await page.getByRole('button', { name: '放行' }).click()
  await page.fill('.el-message-box textarea', '空白见另一批，结果可用')
  await page.keyboard.press('Tab')
  await page.locator('.el-message-box__btns .el-button--primary').click()
  await page.getByText('已说明理由放行').first().waitFor()

  // A wrong password signs nothing.
  await page.goto(`${laboratory.origin}/review`)
  await page.getByText(number).waitFor()
  await page.click('[data-test=choose-all]')
  await sign(page, 'agree', 'not my password at all')
  await page.locator('[data-test=sign] [role=alert]').getByText('wrong_credentials').waitFor()
  assert.equal((await laboratory.as('zhao').get(`/api/v1/samples/${number}`)).state, 'judged')
  await page.fill('[data-test=sign-password]', password)
  await page.keyboard.press('Enter')
  await until('reviewed', 5_000, async () => (await laboratory.as('zhao').get(`/api/v1/samples/${number}`)).state === 'reviewed')
  await page.close()

  page = await browser.desk(laboratory, 'qian', '/review')
  await page.getByText(number).waitFor()
  await page.click('[data-test=choose-all]')
  await browser.shot(page, 'approve')
  await sign(page, 'agree', password)
  await until('approved', 5_000, async () => (await laboratory.as('qian').get(`/api/v1/samples/${number}`)).state === 'approved')
  await page.goto(`${laboratory.origin}/samples/${number}`)
  await page.getByText('省级已计入').waitFor({ timeout: 10_000 })
  await page.getByRole('button', { name: '不合格' }).first().click()
  await page.getByText(/检测结果 0.35/).last().waitFor()
  await browser.shot(page, 'approved-sample')
  const people = (await laboratory.as('qian').get(`/api/v1/samples/${number}`)).events.map(({ kind, person }) => `${kind} ${person}`)
  for (const step of ['received li', 'measured wang', 'reviewed zhao', 'approved qian']) assert.ok(people.includes(step), `${step} in ${people}`)
  await page.close()
})

async function sign(page, what, secret) {
  await page.click(`[data-test=${what}]`)
  await page.waitForSelector('[data-test=sign]')
  await page.fill('[data-test=sign-password]', secret)
  await page.keyboard.press('Enter')
}

test('without the province the banner says so within three seconds, work goes on, and everything is sent afterwards', async () => {
  const page = await browser.desk(laboratory, 'li', '/reception')
  await page.locator('[data-test=link]').getByText('已连省级平台').waitFor()
  await laboratory.kill('coordinator')
  await page.locator('[data-test=link]').getByText('离线').waitFor({ timeout: 3_000 })
  await page.focus('[data-test=scan]')
  for (const number of numbers.slice(50, 54)) await scan(page, number)
  await page.getByText('收 4 · 重复 0 · 其他 0').waitFor()
  await page.locator('[data-test=link]').getByText('4 条待同步').waitFor({ timeout: 4_000 })
  await browser.shot(page, 'offline')
  await laboratory.startCoordinator()
  await page.locator('[data-test=link]').getByText('全部已送达').waitFor({ timeout: 20_000 })
  await page.close()
})

test('twenty samples by five analytes are typed, judged as each cell is left, pasted, undone and saved', async (t) => {
  const page = await browser.desk(laboratory, 'wang', '/results/VEGA')
  await page.waitForSelector('[data-test=cell]:focus')
  const times = []
  const values = (column, row) => (column === 2 && row === 3 ? '0.62' : row % 3 === 0 ? 'ND' : `0.00${1 + ((row + column) % 8)}0`)
  for (let column = 0; column < 5; column++) {
    for (let row = 0; row < 20; row++) {
      await page.keyboard.type(values(column, row))
      const left = Date.now()
      await page.keyboard.press('Enter')
      await page.waitForSelector(`tbody tr:nth-child(${row + 1}) td:nth-of-type(${column + 1}) .value:not([data-verdict=""])`)
      times.push(Date.now() - left)
    }
    for (const key of ['PageUp', 'PageUp', 'ArrowRight']) await page.keyboard.press(key)
  }
  await page.locator('[data-test=unsaved]').getByText('100 格未保存').waitFor()
  within(t, 'from leaving a cell to its verdict', times, 100)
  await browser.shot(page, 'grid-typed')

  // The next two columns come from a spreadsheet; one step takes them back, and one brings them again.
  const block = Array.from({ length: 20 }, (_, row) => `0.01${row % 10}\tND`).join('\r\n')
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, block)
  await page.locator('[data-test=unsaved]').getByText('140 格未保存').waitFor()
  await page.keyboard.press('Control+z')
  await page.locator('[data-test=unsaved]').getByText('100 格未保存').waitFor()
  await page.keyboard.press('Control+y')
  await page.locator('[data-test=unsaved]').getByText('140 格未保存').waitFor()

  await page.getByRole('link', { name: '样品' }).click()
  await page.getByText('还有未保存的结果，离开后会丢失。').waitFor()
  await page.getByRole('button', { name: '留下' }).click()
  await page.locator('[data-test=unsaved]').getByText('140 格未保存').waitFor()
  await page.focus('[data-test=cell]')
  await page.keyboard.press('Control+s')
  await page.locator('[data-test=unsaved]').getByText('已全部保存').waitFor()
  const first = await page.locator('tbody tr:nth-child(4) th .number').textContent()
  const items = (await laboratory.as('wang').get(`/api/v1/samples/${first}`)).items
  assert.deepEqual(items.slice(0, 3).map(({ value }) => value), [values(0, 3), values(1, 3), '0.62'])
  await browser.shot(page, 'grid-saved')

  await page.close()
})

test('a session that ends takes nothing with it that was typed', async () => {
  const page = await browser.desk(laboratory, 'wang', '/results/VEGA')
  await page.waitForSelector('[data-test=cell]:focus')
  for (const key of ['Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab']) await page.keyboard.press(key)
  await page.keyboard.type('0.011')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=unsaved]').getByText('1 格未保存').waitFor()
  await browser.context.clearCookies()
  await page.keyboard.press('Control+s')
  await page.fill('#sign-in-password', password)
  await browser.shot(page, 'session-ended')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#sign-in-password', { state: 'detached' })
  await page.locator('[data-test=unsaved]').getByText('1 格未保存').waitFor()
  await page.click('[data-test=save]')
  await page.locator('[data-test=unsaved]').getByText('已全部保存').waitFor()
  await page.close()
})

test('a value that somebody else has given meanwhile is shown beside what was typed, and may be kept', async () => {
  const page = await browser.desk(laboratory, 'wang', '/results/VEGA')
  const cell = page.locator('[data-test=cell]')
  await page.waitForSelector('[data-test=cell]:focus')
  for (let i = 0; i < 9; i++) await page.keyboard.press('Tab')
  const [number, ...analyte] = (await cell.getAttribute('aria-label')).split(' ')
  await page.keyboard.type('0.012')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=unsaved]').getByText('1 格未保存').waitFor()
  await laboratory.as('li').post('/api/v1/results', { results: [{ number, analyte: analyte.join(' '), value: '0.013' }] })
  await page.keyboard.press('ArrowUp')
  await page.locator('[data-test=other-value]').getByText('现有结果 0.013').waitFor()
  await page.locator('[data-test=correct-other]').getByText('更正为 0.012').waitFor()
  await page.click('[data-test=take-other]')
  await page.locator('[data-test=unsaved]').getByText('已全部保存').waitFor()
  assert.equal(await cell.inputValue(), '0.013')
  await page.close()
})

test('what happens elsewhere appears without a reload', async () => {
  const page = await browser.desk(laboratory, 'wang')
  const count = () => page.locator('[data-test=wait-to_measure] strong').textContent().then(Number)
  await page.waitForSelector('[data-test=wait-to_measure]')
  const before = await count()
  await laboratory.as('li').post('/api/v1/receptions/scanned', { text: numbers[54], condition: '完好' })
  await until('the counter moves', 4_000, async () => (await count()) === before + 1)
  await page.getByText(numbers[54]).first().waitFor({ state: 'attached', timeout: 4_000 }).catch(() => null)
  await page.close()
})

test('eight tabs share one stream, and a ninth still opens', async () => {
  const first = await browser.desk(laboratory, 'wang')
  const tabs = [first]
  for (let i = 0; i < 7; i++) {
    const tab = await browser.context.newPage()
    await tab.goto(laboratory.origin)
    await tab.waitForSelector('[data-test=wait-to_measure]')
    tabs.push(tab)
  }
  const ninth = await browser.context.newPage()
  await ninth.goto(laboratory.origin, { timeout: 5_000 })
  await ninth.waitForSelector('[data-test=wait-to_measure]', { timeout: 5_000 })
  const before = Number(await ninth.locator('[data-test=wait-to_measure] strong').textContent())
  // The tab that holds the stream goes away: another one takes over, and nothing is missed.
  await first.close()
  await laboratory.as('li').post('/api/v1/receptions/scanned', { text: numbers[57], condition: '完好' })
  await until('the last tab counts it', 6_000, async () => Number(await ninth.locator('[data-test=wait-to_measure] strong').textContent()) === before + 1)
  for (const tab of [...tabs.slice(1), ninth]) await tab.close()
})

test('a long list keeps at most sixty rows in the document, and its filter finds the last sample', async () => {
  const page = await browser.desk(laboratory, 'wang', '/samples')
  await page.getByText('共 100 条').waitFor()
  const rows = () => page.locator('.rowlist .line').count()
  assert.ok((await rows()) <= 60)
  await page.focus('.rowlist .box')
  await page.keyboard.press('End')
  await sleep(300)
  assert.ok((await rows()) <= 60)
  const last = (await laboratory.as('wang').get('/api/v1/samples?limit=500')).samples.at(-1)
  await page.getByText(last.number).waitFor()
  await page.fill('[data-test=filter]', last.blind_code.toLowerCase())
  await page.getByText('共 1 条').waitFor()
  await page.keyboard.press('Tab')
  await page.close()
})

test('a reading that comes late is not shown under the capture that was opened after it', async () => {
  const [file] = await laboratory.exports([numbers[60]])
  const upload = async (name) => {
    const octets = file.replaceAll(numbers[60], name)
    return (await laboratory.as('wang').post(`/api/v1/captures?instrument=GCMS-01&name=${name}.csv`, octets, 'text/csv')).capture
  }
  const late = await upload('LATE')
  await upload('SOON')
  const page = await browser.desk(laboratory, 'wang', '/instruments')
  let answered = false
  await page.route(`**/api/v1/captures/${late}/reading*`, async (route) => {
    const response = await route.fetch()
    await sleep(1_500)
    await route.fulfill({ response })
    answered = true
  })
  const buttons = page.locator('[data-test=how-read]') // the newest first
  await buttons.nth(1).click()
  const dialog = page.locator('[data-test=capture]')
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await buttons.nth(0).click()
  await dialog.getByText('SOON.csv').waitFor()
  await until('the late answer', 5_000, async () => answered)
  await sleep(300)
  assert.ok(await dialog.getByText('SOON.csv').isVisible())
  assert.equal(await dialog.getByText('LATE.csv').count(), 0)
  await page.close()
})

// What depends on colours and on the width; names, roles and order do not.
const looks = ['color-contrast', 'scrollable-region-focusable', 'aria-hidden-focus']

test('every page is accessible on a desk and on a phone, by day and by night, in both languages', async () => {
  const page = await browser.desk(laboratory, 'admin')
  const number = numbers[49]
  const pages = ['/', '/reception', '/samples', `/samples/${number}`, '/results', '/instruments', '/quality', '/review', '/people']
  for (const [i, path] of pages.entries()) {
    // A phone by day and by night in turn: its colours are those of the desk. QLIMS_ALL looks at each both ways.
    const phone = process.env.QLIMS_ALL ? ['dark', 'light'] : [i % 2 === 0 ? 'dark' : 'light']
    await page.goto(laboratory.origin + path)
    await page.waitForSelector('main h1', { state: 'attached' })
    await sleep(400) // lists and counters have come
    for (const [width, colorScheme, rules] of [[1280, 'light', null], [1280, 'dark', looks], ...phone.map((light) => [390, light, looks])]) {
      await page.setViewportSize({ width, height: 844 })
      await page.emulateMedia({ colorScheme })
      await browser.assertAccessible(page, `${path} ${width} ${colorScheme}`, rules)
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than ${width} px`)
      await browser.shot(page, `${path.replace(/\W+/g, '_')}-${width}-${colorScheme}`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.evaluate(() => localStorage.setItem('qlims.language', 'en'))
  await page.goto(laboratory.origin)
  await page.getByRole('link', { name: 'Samples' }).waitFor()
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en')
  await page.evaluate(() => localStorage.clear())
  await page.close()
})

test('no page has complained, and no request has left the machine', () => browser.assertQuiet())
