// The rest of the laboratory's day in a real browser: sampling forms, refusals, cameras and trays, lots, labels,
// containers, a report that was wrong, and the page in English.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Browser, scan } from './browser.mjs'
import { Laboratory, password, sleep, until } from './laboratory.mjs'

let laboratory
let browser
let numbers
let folder

const lots = ['LTS,510100,510104,P2,尿素,流通,1,FERU,1,150,II,2.5,青羊区农资经销部']

before(async () => {
  laboratory = await Laboratory.start({ samples: 24, programme: 'LTS', more: lots })
  folder = mkdtempSync(join(tmpdir(), 'qlims-day-'))
  browser = await Browser.start()
  numbers = (await laboratory.as('sampler').get('/api/v1/samples?state=assigned&limit=100')).samples.filter((one) => !one.lot).map((one) => one.number)
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

const octets = async (person, path) => Buffer.from(await (await fetch(laboratory.origin + path, { headers: { Cookie: laboratory.as(person).cookie } })).arrayBuffer())
const label = (number) => octets('li', `/api/v1/samples/${number}/label.png`)
const looks = ['color-contrast', 'scrollable-region-focusable', 'aria-hidden-focus']

/** At a desk and on a phone, by day and by night. */
async function look(page, name) {
  for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 })
    await page.emulateMedia({ colorScheme })
    await sleep(150)
    await browser.assertAccessible(page, `${name} ${width} ${colorScheme}`, width === 1280 && colorScheme === 'light' ? null : looks)
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than ${width} px`)
    await browser.shot(page, `day-${name}-${width}-${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 1280, height: 800 })
}

test('a sampling form asks for what its programme demands, names what is missing, and is printed', async () => {
  const number = numbers[0]
  const page = await browser.desk(laboratory, 'sampler', `/samples/${number}`)
  await page.waitForSelector('#form-lot_number')
  await page.fill('[data-test=form-second_sampler]', '吴抽样')
  await page.click('[data-test=form-save]')
  await page.locator('#form-quantity[aria-invalid=true]:focus').waitFor() // the field that is empty has the keyboard
  await page.locator('nav a.place').first().click()
  await page.getByText('离开后填写的内容会丢失').waitFor()
  await page.getByRole('button', { name: '留下' }).click()
  await page.fill('[data-test=form-quantity]', '2.5 kg')
  await page.click('[data-test=form-save]')
  await page.locator('[role=alert]').getByText('请填写“包装分类”').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement.id), 'form-packing', 'the field that is missing has the keyboard')
  await look(page, 'form')
  await page.selectOption('#form-packing', '散装')
  for (const [field, value] of [['specification', '500 g'], ['lot_number', 'B-20130601'], ['made_on', '2013-06-01'], ['lot_size', '200 kg'], ['sampling_body', '成都抽样队']]) await page.fill(`#form-${field}`, value)
  await page.locator('summary').filter({ hasText: '样品' }).click()
  await page.fill('#form-price', '五元')
  await page.click('[data-test=form-save]')
  await page.locator('[role=alert]').getByText('“单价(元)”应为数字').waitFor()
  await page.fill('#form-price', '5.80')
  await page.click('[data-test=form-save]')
  await page.getByText('B-20130601').waitFor()
  await look(page, 'form-filled')
  const pdf = await octets('sampler', `/api/v1/samples/${number}/sampling-form.pdf`)
  assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  assert.equal(new URL(await page.locator('[data-test=form-pdf]').getAttribute('href'), laboratory.origin).pathname, `/api/v1/samples/${number}/sampling-form.pdf`)
  await page.close()

  // The province has it, and the page there shows it.
  const board = await browser.board(laboratory, 'viewer', `/samples/${number}`)
  await board.locator('[data-test=form]').getByText('B-20130601').waitFor({ timeout: 15_000 })
  await browser.shot(board, 'day-board-form')
  await board.close()
})

test('a refusal needs a witness and a picture, and the province sees them', async () => {
  const number = numbers[1]
  const page = await browser.desk(laboratory, 'sampler', `/samples/${number}`)
  await page.click('[data-test=decline-open]')
  await page.getByText('拒绝抽样', { exact: true }).click()
  await page.selectOption('[data-test=decline-cause]', 'no_entry')
  await page.fill('[data-test=decline-reason]', '店主关门，不让进入')
  await page.fill('[data-test=decline-second]', '吴抽样')
  await page.click('[data-test=decline-now]')
  await page.locator('[data-test=decline] [role=alert]').getByText('请填写见证人').waitFor()
  await page.fill('[data-test=decline-witness-1]', '社区 刘某')
  await page.click('[data-test=decline-now]')
  await page.locator('[data-test=decline] [role=alert]').getByText('照片').waitFor()
  await page.setInputFiles('[data-test=decline-photo]', { name: 'scene.png', mimeType: 'image/png', buffer: await label(numbers[0]) })
  await page.locator('[data-test=decline] img').waitFor()
  await look(page, 'decline')
  await page.click('[data-test=decline-now]')
  await until('declined', 5_000, async () => (await laboratory.as('sampler').get(`/api/v1/samples/${number}`)).state === 'declined')
  await page.getByText('拒绝抽样：店主关门，不让进入').waitFor()
  await page.locator('[data-test=declined] img').waitFor()
  await look(page, 'declined')
  await page.close()

  const board = await browser.board(laboratory, 'viewer', '/progress')
  const row = board.locator('[data-test=declined] li').filter({ hasText: number })
  await row.getByText('社区 刘某').waitFor({ timeout: 15_000 })
  assert.match(await row.textContent(), /拒绝抽样.*拒绝进入现场：店主关门.*照片 1 张/s)
  await look(board, 'board-declined')
  await board.close()
})

test('what will not be drawn here goes back to the province by count, and the province can give it again', async () => {
  const page = await browser.desk(laboratory, 'sampler', '/samples')
  await page.click('[data-test=to-shares]')
  const row = page.locator('[data-test=shares] tbody tr').first()
  const left = Number(await row.locator('strong').textContent())
  assert.ok(left > 2, 'there is something to hand back')
  await row.locator('[data-test=share-back]').click()
  await page.fill('[data-test=hand-back-count]', String(left + 1))
  await page.getByText(`最多交回 ${left} 份`).waitFor()
  assert.ok(await page.locator('[data-test=hand-back-save]').isDisabled())
  await page.fill('[data-test=hand-back-count]', '1')
  await page.fill('[data-test=hand-back-reason]', '市场停业')
  await page.click('[data-test=hand-back-save]')
  await page.locator('[data-test=shares-said]').getByText('已交回 1 份').waitFor()
  assert.equal(Number(await row.locator('strong').textContent()), left - 1)
  await look(page, 'shares')
  await page.close()
  await until('the province knows', 15_000, async () => (await laboratory.planner.get('/api/v1/diary?order=newest&kind=share_returned')).rows.length === 1)
})

test('what a phone puts into the photo folder is received, and the rest waits in the tray for a person', async () => {
  await laboratory.sample(8)
  const drawn = (await laboratory.as('li').get('/api/v1/samples?state=sampled&limit=20')).samples.filter((one) => !one.lot).map((one) => one.number)
  const photos = join(folder, 'photos')
  mkdirSync(photos)
  await laboratory.restartNode(['--photo-folder', `${photos}=phone-1:li`])
  const page = await browser.desk(laboratory, 'li', '/reception')
  writeFileSync(join(photos, 'one.png'), await label(drawn[0]))
  await until('received by its picture', 20_000, async () => (await laboratory.as('li').get(`/api/v1/samples/${drawn[0]}`)).state === 'received')
  // A picture without any label: nobody can say what it shows but a person.
  const empty = await browser.context.newPage()
  await empty.setContent('<body style="background:#cde"><p style="font-size:60px">no label here</p></body>')
  writeFileSync(join(photos, 'two.png'), await empty.screenshot())
  await empty.close()
  const entry = page.locator('section', { hasText: '照片待处理' }).locator('button.line').first()
  await entry.waitFor({ timeout: 20_000 })
  await entry.click()
  await page.getByLabel('标签上的样品编号').fill(drawn[1])
  await page.getByLabel('理由').fill('标签反光，对照实物录入')
  await look(page, 'tray')
  await page.getByRole('button', { name: '收下' }).click()
  await until('received from the tray', 5_000, async () => (await laboratory.as('li').get(`/api/v1/samples/${drawn[1]}`)).state === 'received')
  await entry.waitFor({ state: 'detached' })
  await page.close()
})

test('the camera of the browser reads a label that is held before it', async () => {
  const number = (await laboratory.as('li').get('/api/v1/samples?state=sampled&limit=20')).samples.find((one) => !one.lot).number
  // A camera that shows the label: pictures one after the other, as Chromium reads them out of a file.
  const maker = await browser.context.newPage()
  const jpeg = await maker.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 })
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#888'
    pen.fillRect(0, 0, 1280, 720)
    const scale = Math.min(1100 / image.width, 620 / image.height)
    pen.drawImage(image, (1280 - image.width * scale) / 2, (720 - image.height * scale) / 2, image.width * scale, image.height * scale)
    return canvas.toDataURL('image/jpeg', 0.95).split(',')[1]
  }, (await label(number)).toString('base64'))
  await maker.close()
  const film = join(folder, 'camera.mjpeg')
  writeFileSync(film, Buffer.concat(Array.from({ length: 10 }, () => Buffer.from(jpeg, 'base64'))))
  const second = await Browser.start(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`])
  try {
    const page = await second.desk(laboratory, 'li', '/reception')
    await page.getByRole('button', { name: '摄像头' }).click()
    const take = page.getByRole('button', { name: '拍照', exact: true })
    await take.waitFor()
    await until('the camera shows something', 10_000, () => page.evaluate(() => (document.querySelector('video')?.videoWidth ?? 0) > 100))
    await sleep(300)
    await second.shot(page, 'day-camera')
    await take.click()
    await page.waitForSelector('[data-test=scan-row][data-outcome=received]', { timeout: 20_000 })
    assert.equal((await laboratory.as('li').get(`/api/v1/samples/${number}`)).state, 'received')
    await second.shot(page, 'day-camera-read')
    await page.close()
    second.assertQuiet()
  } finally {
    await second.stop()
  }
})

test('a lot is inspected, counted and judged by its order', async () => {
  const granted = (await laboratory.as('sampler').get('/api/v1/samples?state=assigned&limit=100')).samples.find((one) => one.lot)
  const fields = await laboratory.requiredFields(granted.programme)
  await laboratory.as('sampler').post('/api/v1/sampling-forms', { forms: [{ number: granted.number, sampled_on: '2013-06-03', sample_name: granted.commodity, quantity: `${granted.lot.n_to_inspect} 件`, reserve: '2 件', storage: '常温', second_sampler: '吴抽样', fields }] })
  await laboratory.receive([granted.number])
  const page = await browser.desk(laboratory, 'wang', `/samples/${granted.number}`)
  await page.getByText(granted.lot.explanation.slice(0, 12)).first().waitFor()
  await page.fill('#lot-bad', String(granted.lot.n_to_inspect + 1))
  await page.getByRole('button', { name: '录入批次检验' }).click()
  await page.locator('[role=alert]').getByText('bad_count').waitFor()
  await look(page, 'lot')
  await page.fill('#lot-bad', String(granted.lot.re))
  await page.getByRole('button', { name: '录入批次检验' }).click()
  await until('judged', 5_000, async () => (await laboratory.as('wang').get(`/api/v1/samples/${granted.number}`)).outcome === 'fail')
  await page.close()
})

test('the grid is turned round, and a cell goes to the same place', async () => {
  const waiting = (await laboratory.as('wang').get('/api/v1/samples?state=received&limit=50')).samples.filter((one) => !one.lot)
  const page = await browser.desk(laboratory, 'wang', `/results/${waiting[0].panel}`)
  await page.waitForSelector('[data-test=cell]:focus')
  const samples = await page.locator('tbody tr').count()
  await page.getByText('行列互换').click()
  await until('turned', 5_000, async () => (await page.locator('tbody tr').count()) !== samples)
  await page.locator('tbody tr:nth-child(2) td:nth-of-type(1)').click()
  await page.keyboard.type('0.0120')
  await page.keyboard.press('Enter')
  await page.waitForSelector('tbody tr:nth-child(2) td:nth-of-type(1) .value:not([data-verdict=""])')
  const analyte = (await page.locator('tbody tr:nth-child(2) th').first().textContent()).trim()
  await look(page, 'transposed')
  await page.click('[data-test=save]')
  await page.locator('[data-test=unsaved]').getByText('已全部保存').waitFor()
  const number = (await page.locator('thead th:nth-child(2) span').textContent()).trim()
  const found = (await laboratory.as('wang').get(`/api/v1/samples/${number}`)).items.filter((item) => item.value === '0.0120')
  assert.equal(found.length, 1)
  assert.ok(analyte.includes(found[0].analyte), `${analyte} has the value of ${found[0].analyte}`)
  await page.close()
})

test('labels are printed on rolls, sheets and by label printers', async () => {
  const page = await browser.desk(laboratory, 'wang', `/samples/${numbers[0]}`)
  await page.click('[data-test=label-open]')
  await page.getByRole('img', { name: '预览' }).waitFor()
  await until('the preview is drawn', 10_000, () => page.evaluate(() => document.querySelector('figure img[alt="预览"]').naturalWidth > 50))
  await look(page, 'label')
  const choose = async (what, name) => {
    await page.getByRole('combobox', { name: what }).click({ force: true })
    await page.getByRole('option', { name, exact: true }).click()
  }
  for (const [paper, begins] of [['标签纸（PDF）', '%PDF-'], ['A4 整页（PDF）', '%PDF-'], ['标签机（ZPL）', '^XA'], ['标签机（TSPL）', 'SIZE']]) {
    await choose('输出', paper)
    const given = await octets('wang', await page.locator('[data-test=print]').getAttribute('href'))
    assert.ok(given.subarray(0, 200).toString('latin1').includes(begins), `${paper}: ${given.subarray(0, 20)}`)
  }
  await page.close()
})

test('a report that was wrong is replaced, the first stays readable, and the reserve stays on the shelf', async () => {
  const one = (await laboratory.as('wang').get('/api/v1/samples?state=received&limit=50')).samples.find((sample) => !sample.lot)
  const number = one.number
  await laboratory.as('li').post('/api/v1/receptions/typed', { number, condition: '完好', reason: '备样', copy: '2', seal: 'intact' })
  await laboratory.measure([number])
  await laboratory.conclude([number])

  let page = await browser.desk(laboratory, 'qian', `/samples/${number}`)
  await page.click('[data-test=amend-begin]')
  const dialog = page.getByRole('dialog', { name: '更正报告' })
  await dialog.getByText('第 1 版到那时为止仍然有效').waitFor()
  await page.fill('[data-test=amend-password]', password)
  await page.click('[data-test=amend-now]')
  await dialog.getByText('请填写更正理由').waitFor() // nothing is sent back here
  await page.fill('[data-test=amend-reason]', '稀释倍数抄录有误')
  await browser.shot(page, 'day-amend')
  await page.click('[data-test=amend-now]')
  await page.locator('[data-test=reports]').getByText('正在更正已批准的报告').waitFor()
  await page.locator('[data-test=reports]').getByText('有效（更正中）').waitFor()
  await page.close()

  const item = (await laboratory.as('wang').get(`/api/v1/samples/${number}`)).items.find((each) => each.value !== undefined && each.limit)
  await laboratory.as('wang').post('/api/v1/results', { results: [{ number, analyte: item.analyte, value: '0.0110', unit: item.unit, reason: '稀释倍数' }] })
  page = await browser.desk(laboratory, 'wang', `/samples/${number}`)
  await page.getByRole('button', { name: '重新判定' }).click()
  await page.fill('.el-message-box textarea', '更正后重新判定')
  await page.keyboard.press('Tab')
  await page.locator('.el-message-box__btns .el-button--primary').click()
  await until('judged again', 5_000, async () => (await laboratory.as('wang').get(`/api/v1/samples/${number}`)).state === 'judged')
  await page.close()
  await laboratory.conclude([number])

  page = await browser.desk(laboratory, 'wang', `/samples/${number}`)
  const reports = page.locator('[data-test=reports]')
  await reports.getByText('稀释倍数抄录有误').waitFor()
  assert.match(await reports.locator('li').nth(0).textContent(), /第 1 版.*已作废/s)
  assert.match(await reports.locator('li').nth(1).textContent(), /第 2 版.*有效.*qian\)? 更正：稀释倍数抄录有误/s)
  for (const version of [1, 2]) {
    const pdf = await octets('wang', await reports.locator(`[data-test=report-${version}]`).getAttribute('href'))
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
  }
  const shelf = page.locator('[data-test=shelf]')
  assert.match(await shelf.textContent(), /须保存至.*A.*检验样.*B.*备份样/s)
  assert.equal(await page.locator('[data-test=dispose-B-destroyed]').count(), 0, 'not before its time')
  await look(page, 'reports-and-shelf')
  await page.click('[data-test=dispose-A-used_up]')
  await page.click('[data-test=dispose-now]')
  await page.locator('[data-test=dispose] [role=alert]').getByText('请写明处置的原因').waitFor()
  await page.fill('[data-test=dispose-reason]', '均质后全部上机')
  await browser.shot(page, 'day-dispose')
  await page.click('[data-test=dispose-now]')
  await shelf.getByText('已用完').waitFor()
  const refused = await laboratory.as('wang').post('/api/v1/disposals', { number, copy: 2, way: 'destroyed', reason: '清库', witness: 'li' }).catch((error) => error.problem)
  assert.equal(refused.code, 'kept_until')
  await until('the province counts the second version', 15_000, async () => (await laboratory.planner.get(`/api/v1/tasks/${number}`)).result.version === 2)
  await page.close()
})

test('in English the node\'s refusals are in English too', async () => {
  const page = await browser.desk(laboratory, 'li', '/reception')
  await page.evaluate(() => localStorage.setItem('qlims.language', 'en'))
  await page.goto(`${laboratory.origin}/reception`)
  await page.waitForSelector('[data-test=scan]')
  const received = (await laboratory.as('li').get('/api/v1/samples?state=received&limit=5')).samples[0].number
  await scan(page, received)
  const first = page.locator('[data-test=scan-row]').first()
  await first.getByText(`Sample ${received}, copy 1, was received by`).waitFor()
  await scan(page, '6901234567892')
  await page.locator('[data-test=scan-row]').first().getByText('The code is not that of a sample label').waitFor()
  await browser.shot(page, 'day-english-scan')
  await page.close()

  const form = await browser.desk(laboratory, 'sampler', '/')
  const open = (await laboratory.as('sampler').get('/api/v1/samples?state=assigned&limit=50')).samples.find((one) => !one.lot)
  await form.goto(`${laboratory.origin}/samples/${open.number}`)
  await form.waitForSelector('#form-lot_number')
  await form.fill('[data-test=form-quantity]', '2 kg')
  await form.fill('[data-test=form-second_sampler]', 'wu')
  await form.click('[data-test=form-save]')
  await form.locator('[role=alert]').getByText('“Packing” has to be filled in.').waitFor()
  await look(form, 'english-form')
  await form.evaluate(() => localStorage.clear())
  await form.close()
})

test('no page has complained, and no request has left the machine', () => browser.assertQuiet())
