// A station nobody has used: the first administrator makes themselves and adds the others.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Browser } from './browser.mjs'
import { Station, firstPassword, ownPassword, password } from './laboratory.mjs'

let station
let browser
before(async () => {
  station = await Station.start()
  browser = await Browser.start()
})
after(async () => {
  await browser?.stop()
  await station?.stop()
})

test('the first administrator is made on the page, and makes the others', async () => {
  const page = await browser.context.newPage()
  await page.goto(station.origin)
  await page.fill('#set-up-person', 'zhang')
  await page.fill('#set-up-name', '张主任')
  await page.fill('#set-up-password', password)
  await page.fill('#set-up-repeated', 'something else entirely')
  await page.keyboard.press('Enter')
  await page.getByText('两次输入的密码不一致').waitFor()
  await page.fill('#set-up-repeated', password)
  await browser.assertAccessible(page, 'first run')
  await browser.shot(page, 'first-run')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=who]')
  assert.match(await page.textContent('[data-test=who]'), /张主任/)
  await page.locator('[data-test=link]').getByText('本站尚未入网', { exact: true }).waitFor()

  await page.getByRole('link', { name: '人员' }).click()
  await page.click('[data-test=add-person]')
  await page.getByLabel('代号').fill('wang')
  await page.getByLabel('姓名').fill('王检测')
  await page.getByLabel('初始密码（至少 12 位）').fill(firstPassword)
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('cell', { name: '王检测' }).waitFor()
  await ownPassword(station.origin, 'wang')

  await page.click('[data-test=who]')
  await page.getByRole('menuitem', { name: '退出登录' }).click()
  await page.fill('#sign-in-person', 'wang')
  await page.fill('#sign-in-password', 'wrong password here')
  await page.keyboard.press('Enter')
  await page.getByText('人员或密码不对').first().waitFor()
  await page.fill('#sign-in-password', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('[data-test=who]')
  assert.match(await page.textContent('[data-test=who]'), /王检测/)
  assert.equal(await page.getByRole('link', { name: '人员' }).count(), 0)
  browser.assertQuiet()
})
