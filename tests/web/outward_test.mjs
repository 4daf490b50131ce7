// What leaves the office: shares of quotas to stations, events to programs outside, figures to everybody, weights for the
// next plan; and the diary in both languages. Real daemons, real pages, a real receiver.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Laboratory, referenceFiles, until } from './laboratory.mjs'

let laboratory
let browser
let receiver
let numbers
const planner = () => laboratory.planner
const heard = []
let mood = 200
const escrow = 'rule,programme,kind,limit,from,until,reason\nE-1,NCP,escrow,,2013-01-01,,离线抽样不得超额\nP-1,NCP,publish,3,2013-01-01,,测试:三个起\n'
const cellOf = async (test) => (await planner().get('/api/v1/plans/1/shares')).cells.find(test)

before(async () => {
  laboratory = await Laboratory.start({ samples: 20 })
  await planner().post('/api/v1/reference', { files: [...referenceFiles(false), { name: 'sampling_rules.csv', text: escrow }] })
  receiver = createServer((request, answer) => {
    let body = ''
    request.on('data', (piece) => (body += piece))
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      answer.writeHead(mood).end()
    })
  })
  await new Promise((done) => receiver.listen(0, '127.0.0.1', done))
  browser = await Browser.start()
  numbers = await laboratory.sample(10)
  await laboratory.receive(numbers)
  await laboratory.measure(numbers, { [numbers[0]]: { 克百威: '0.35' } })
  await laboratory.conclude(numbers)
  await until('ten verdicts', 30_000, async () => (await planner().get('/api/v1/status')).plans[0].tasks.judged === 10)
})
after(async () => {
  await browser?.stop()
  await laboratory?.stop()
  receiver?.close()
})

test('a share is asked back, handed back by its station, and given again', async () => {
  const page = await browser.board(laboratory, 'planner', '/plans/1')
  await page.click('[data-test=to-shares]')
  await page.waitForURL(/plans\/1\/shares/)
  const cell = await cellOf((one) => one.nodes.some((held) => held.undrawn >= 2))
  const card = page.locator(`[data-test=cell-${cell.cell}]`)
  await card.waitFor()
  assert.equal(cell.escrow, true)
  await browser.assertAccessible(page, 'shares')
  await browser.shot(page, 'outward-shares')
  await card.locator('[data-test=ask-back]').click()
  await page.fill('[data-test=recall-count]', '2')
  await page.click('[data-test=recall-now]')
  await page.getByText('请填写理由').waitFor()
  await page.fill('[data-test=recall-reason]', '改由别处抽')
  await browser.assertAccessible(page, 'asking a share back')
  await browser.shot(page, 'outward-recall')
  await page.click('[data-test=recall-now]')
  await page.getByText('已要求交回 2 份').waitFor()
  await until('the station has handed them back', 20_000, async () => (await cellOf((one) => one.cell === cell.cell)).free === 2)
  await card.getByText('未分出 2').waitFor({ timeout: 30_000 })
  await card.locator('summary').click()
  await card.locator('[data-test=samples] li').first().waitFor()
  assert.equal(await card.locator('[data-test=samples] li').count(), cell.quota)
  await browser.shot(page, 'outward-share-samples')
  await card.locator('[data-test=give]').click()
  await page.fill('[data-test=lease-count]', '9')
  await page.waitForSelector('[data-test=lease-complaint]')
  assert.ok(await page.locator('[data-test=lease-save]').isDisabled())
  await browser.assertAccessible(page, 'giving a share')
  await page.fill('[data-test=lease-count]', '1')
  await browser.shot(page, 'outward-lease')
  await page.click('[data-test=lease-save]')
  await page.getByText('已分出 1 份，还剩 1 份').waitFor()
  assert.equal((await cellOf((one) => one.cell === cell.cell)).free, 1)
  await page.close()
})

test('who may only look sees the shares and can do nothing; a filter lives in the address', async () => {
  const page = await browser.board(laboratory, 'viewer', '/plans/1/shares?category=V5')
  await page.locator('article').first().waitFor()
  assert.equal(await page.locator('article').count(), 1)
  for (const act of ['give', 'ask-back']) assert.equal(await page.locator(`[data-test=${act}]`).count(), 0, act)
  await page.selectOption('[data-test=filter-category]', '')
  await page.waitForURL((url) => !url.search.includes('category'))
  await until('all cells', 10_000, async () => (await page.locator('article').count()) > 1)
  await page.close()
})

test('a program is subscribed, tried out, told, put on hold and removed', async () => {
  const page = await browser.board(laboratory, 'planner', '/webhooks')
  await page.waitForSelector('[data-test=no-webhook]')
  assert.match(await page.textContent('[data-test=warning]'), /任何 http 或 https 地址/)
  await page.click('[data-test=begin-subscribe]')
  await page.fill('[data-test=webhook-url]', 'ftp://example.invalid/hook')
  await page.check('[data-test=kind-task_cancelled]')
  await page.click('[data-test=webhook-add]')
  await page.getByText('应形如 https://').waitFor()
  await browser.assertAccessible(page, 'a refused address')
  const url = `http://127.0.0.1:${receiver.address().port}/hook`
  await page.fill('[data-test=webhook-url]', url)
  await browser.shot(page, 'outward-subscribe')
  await page.click('[data-test=webhook-add]')
  await page.waitForSelector('[data-test=secret-text]')
  const secret = await page.textContent('[data-test=secret-text]')
  assert.equal(secret.length, 40)
  await browser.assertAccessible(page, 'the secret')
  await browser.shot(page, 'outward-secret')
  await page.click('[data-test=secret-close]')
  await page.getByText('密钥关闭后不能再显示').waitFor() // it was not copied
  await page.getByRole('button', { name: '已抄好，关闭' }).last().click()
  await page.waitForSelector('[data-test=secret-text]', { state: 'detached' })
  assert.ok(!(await page.content()).includes(secret))

  const hook = page.locator('[data-test=webhook-1]')
  await hook.locator('[data-test=test]').click()
  await hook.getByText('试送成功').waitFor()
  const tried = heard.at(-1)
  assert.equal(JSON.parse(tried.body).test, true)
  const { t, v1 } = Object.fromEntries(tried.headers['qlims-signature'].split(',').map((part) => part.split('=')))
  assert.equal(createHmac('sha256', secret).update(`${t}.${tried.body}`).digest('hex'), v1)

  mood = 503
  const [first, second] = (await planner().get('/api/v1/tasks?state=granted&limit=1000')).tasks
  await planner().post(`/api/v1/tasks/${(await handedBack(first)).task}/cancel`, { reason: '停产' })
  await hook.locator('[data-test=next-try]').waitFor({ timeout: 20_000 })
  assert.match(await hook.textContent(), /HTTP 503/)
  await browser.assertAccessible(page, 'a webhook that fails')
  await browser.shot(page, 'outward-webhook-fails')
  await hook.locator('[data-test=pause]').click()
  await hook.locator('[data-test=state]', { hasText: '已暂停' }).waitFor()
  await planner().post(`/api/v1/tasks/${(await handedBack(second)).task}/cancel`, { reason: '也停产' })
  mood = 200
  const before = heard.length
  await hook.locator('[data-test=resume]').click()
  await hook.getByText('没有待送的').waitFor({ timeout: 20_000 })
  const told = heard.slice(before).flatMap((one) => JSON.parse(one.body).events.map((event) => event.task))
  assert.deepEqual([...new Set(told)], [first.task, second.task])
  await hook.locator('[data-test=remove]').click()
  await page.waitForSelector('[data-test=remove-now]')
  await browser.assertAccessible(page, 'removing a webhook')
  await page.click('[data-test=remove-now]')
  await page.waitForSelector('[data-test=no-webhook]')
  assert.deepEqual((await planner().get('/api/v1/webhooks')).webhooks, [])
  await page.close()
  const viewer = await browser.board(laboratory, 'viewer', '/')
  await viewer.waitForSelector('[data-test=rate]')
  assert.equal(await viewer.getByRole('link', { name: '订阅推送', exact: true }).count(), 0)
  await viewer.close()
})

// In escrow nothing that its station may have drawn is cancelled before it was handed back.
async function handedBack(task) {
  await planner().post(`/api/v1/tasks/${task.task}/recall`, { reason: '停产' })
  await until('handed back', 20_000, async () => (await planner().get(`/api/v1/tasks/${task.task}`)).state === 'allocated')
  return task
}

test('public figures are seen before they go out, and the files are what was seen', async () => {
  const page = await browser.board(laboratory, 'viewer', '/statistics')
  await page.waitForSelector('[data-test=preview] tbody tr')
  const shown = await planner().get('/api/v1/public/statistics?programme=NCP&format=json')
  const withheld = shown.rows.filter((row) => !row.published).length
  assert.ok(withheld > 0, 'something is withheld')
  assert.equal(await page.locator('[data-test=withheld-cell]').count(), withheld)
  assert.match(await page.textContent('[data-test=withheld]'), new RegExp(`${withheld} 个不公布`))
  await browser.assertAccessible(page, 'public statistics')
  await browser.shot(page, 'outward-statistics')
  const fetched = async (name) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(`[data-test=${name}]`)])
    return readFileSync(await file.path(), 'utf8')
  }
  const csv = await fetched('public-csv')
  assert.equal(csv.split(',不公布').length - 1, withheld)
  assert.deepEqual(JSON.parse(await fetched('public-json')).rows, shown.rows)
  assert.equal(JSON.parse(await fetched('public-catalogue')).datasets[0].programme, 'NCP')
  await page.click('[data-test=show-judged]')
  await page.waitForURL(/show=judged/)
  const seen = (await page.locator('[data-test=preview] td').allTextContents()).map((text) => text.trim()).filter((text) => /^\d+$/.test(text)).sort()
  const published = shown.rows.filter((row) => row.published).map((row) => String(row.figures.judged)).sort()
  assert.ok(published.length > 0, 'something is published')
  assert.deepEqual(seen, published)
  await page.fill('[data-test=as-of]', '2099-01-01T00:00')
  await page.getByText('时刻在将来').waitFor()
  await page.close()
})

test('programs find what they may ask for, and a person makes a file for an upload interface', async () => {
  const page = await browser.board(laboratory, 'planner', '/statistics?programme=NCP')
  await page.click('[data-test=to-interface]')
  await page.waitForSelector('[data-test=addresses]')
  await page.fill('[data-test=find-address]', 'notices/{task}/receipt')
  await until('one address is left', 5_000, async () => (await page.locator('[data-test=addresses] details').count()) === 1)
  await page.click('[data-test=addresses] summary')
  await page.getByText('received_at').waitFor()
  await browser.assertAccessible(page, 'the interface for programs')
  await browser.shot(page, 'outward-interface')
  const profile = (text) => page.setInputFiles('[data-test=upload-profile]', { name: 'platform.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await profile('not json')
  await page.click('[data-test=upload-make]')
  await page.getByText('不是 JSON').waitFor()
  await profile('{"profile":"p","rows":"samples","columns":[{"name":"YPBH","field":"nothing"}]}')
  await page.click('[data-test=upload-make]')
  await page.getByText('columns[0].field').waitFor()
  await profile('{"profile":"p","rows":"samples","columns":[{"name":"YPBH","field":"number"}]}')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=upload-make]')])
  assert.equal(file.suggestedFilename(), 'platform.ndjson')
  const rows = readFileSync(await file.path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  const { total } = await planner().get('/api/v1/summary')
  assert.equal(rows.length, total.pass + total.fail + total.problem + total.undetermined)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await browser.assertAccessible(page, 'the interface for programs, small and dark')
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390)
  await browser.shot(page, 'outward-interface-small')
  await page.close()
})

test('the suggested weights stand beside the plan and are had as a file', async () => {
  const page = await browser.board(laboratory, 'planner', '/plans/1')
  await page.click('[data-test=weights] summary')
  await page.waitForSelector('[data-test=weight-cells] tbody tr')
  const { cells } = await planner().get('/api/v1/plan-weights?programme=NCP')
  assert.equal(await page.locator('[data-test=weight-cells] tbody tr').count(), cells.length)
  assert.match(await page.textContent('[data-test=weight-cells]'), new RegExp(`${cells[0].weight.percent}%`))
  await page.locator('[data-test=weights]').scrollIntoViewIfNeeded()
  await browser.assertAccessible(page, 'weights')
  await browser.shot(page, 'outward-weights')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=weights-csv]')])
  const text = readFileSync(await file.path(), 'utf8')
  assert.equal(text.trim().split('\n').filter((line) => !line.startsWith('#') && !line.startsWith('\ufeff#')).length, cells.length + 1)
  assert.match(text, /# 筛选条件：项目：/)
  assert.match(text, /# 数据版本：\d+\n/)
  assert.ok(text.includes(`,${cells[0].weight.percent},`))
  await page.close()
})

test('in English no word of the diary is Chinese but what a person wrote', async () => {
  const page = await browser.board(laboratory, 'planner', '/records')
  await page.waitForSelector('[data-test=diary] [data-test=diary-text]')
  await browser.shot(page, 'outward-diary')
  await page.click('[data-test=who]')
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Records' }).waitFor()
  const rows = await page.locator('[data-test=diary] [data-test=diary-text]').evaluateAll((cells) => cells.map((cell) => {
    const copy = cell.cloneNode(true)
    for (const one of copy.querySelectorAll('[lang=zh-CN]')) one.remove()
    return copy.textContent
  }))
  assert.ok(rows.length > 10)
  // Nodes are called by the name of their laboratory.
  const names = (await planner().get('/api/v1/status')).laboratories.map((one) => one.name)
  for (const text of rows) assert.ok(!/\p{Script=Han}/u.test(names.reduce((left, name) => left.replaceAll(name, ''), text)), text)
  assert.ok((await page.textContent('[data-test=diary]')).includes('停产'), 'a reason stays as it was written')
  const { rows: all } = await planner().get('/api/v1/diary?limit=1000')
  assert.deepEqual(all.filter((row) => row.form === null).map((row) => `${row.kind}: ${row.subject}`), [])
  await browser.assertAccessible(page, 'the diary in English')
  await browser.shot(page, 'outward-diary-en')
  await page.close()
})

test('in English, small and dark', async () => {
  const hook = await planner().post('/api/v1/webhooks', { url: 'http://127.0.0.1:9/a/rather/long/path/for/a/small/telephone/to/show', kinds: ['verdict_counted', 'notice_made', 'clock_fired'], units: true })
  const page = await browser.board(laboratory, 'planner', '/plans/1/shares')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.emulateMedia({ colorScheme: 'dark' })
  for (const [path, ready, name] of [['/plans/1/shares', 'article', 'shares'], ['/webhooks', `[data-test=webhook-${hook.id}]`, 'webhooks'], ['/statistics', '[data-test=preview] tbody tr', 'statistics'], ['/records', '[data-test=diary] .line', 'diary']]) {
    await page.goto(laboratory.province + path)
    await page.waitForSelector(ready)
    await browser.assertAccessible(page, `${name}, English, small and dark`)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    assert.ok(wide <= 0, `${name}: the page is ${wide} px wider than the telephone`)
    await browser.shot(page, `outward-${name}-small`)
  }
  await page.close()
  browser.assertQuiet()
})
