// One coordinator and one lab-node as real processes on free loopback ports, set up through the documented interfaces:
// people, reference set, one laboratory, a small plan, enrolment, grants. For the browser tests, and to look around:
//   node tests/web/laboratory.mjs [--samples N] [--port N] [--pages DIR]      runs until Ctrl-C and prints who may sign in
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const programs = process.env.QLIMS_BIN ?? [join(root, 'build/dev/bin'), join(root, 'build/release/bin')].find((d) => existsSync(join(d, 'lab-node')))
export const password = 'correct horse 42 staple'
/** What an administrator sets; it opens nothing before its owner has changed it. */
export const firstPassword = 'given 17 on a slip'

const roles = {
  admin: 'lab_administrator', sampler: 'sampler', wang: 'technician', li: 'technician', zhao: 'reviewer', qian: 'approver',
}
const names = { admin: '管理员', sampler: '周抽样', wang: '王检测', li: '李收样', zhao: '赵复核', qian: '钱批准' }

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

export async function until(what, patienceMs, ready) {
  const end = Date.now() + patienceMs
  for (;;) {
    const value = await ready().catch(() => undefined)
    if (value) return value
    if (Date.now() > end) throw new Error(`not within ${patienceMs} ms: ${what}`)
    await sleep(50)
  }
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => found(port))
    })
  })
}

/** Calls of one person, or of nobody: by token, or by the session of the page. */
export class Caller {
  constructor(origin, token) {
    this.origin = origin
    this.token = token
  }
  async signIn(person, password) {
    const answer = await fetch(`${this.origin}/api/v1/session`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ person, password }) })
    if (!answer.ok) throw new Error(`sign-in of ${person}: ${answer.status} ${await answer.text()}`)
    this.cookie = answer.headers.get('set-cookie').split(';')[0]  // one cookie; Node.js 18 cannot list several
    this.csrf = (await answer.json()).csrf
    return this
  }
  async call(method, path, body, type = 'application/json') {
    const headers = this.token ? { Authorization: `Bearer ${this.token}` } : {}
    if (this.cookie) Object.assign(headers, { Cookie: this.cookie, 'X-CSRF-Token': this.csrf })
    if (body !== undefined) headers['Content-Type'] = type
    const json = body !== undefined && type === 'application/json'
    const answer = await fetch(this.origin + path, { method, headers, body: json ? JSON.stringify(body) : body })
    const text = await answer.text()
    const value = text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${text}`), { status: answer.status, problem: value })
    return value
  }
  get(path) { return this.call('GET', path) }
  post(path, body, type) { return this.call('POST', path, body, type) }
}

/** A person's own password in place of the one that was set for them. */
export async function ownPassword(origin, person) {
  const owner = await new Caller(origin).signIn(person, firstPassword)
  await owner.post('/api/v1/session/password', { old: firstPassword, new: password })
}

function setPassword(program, data, person) {
  execFileSync(join(programs, program), ['--data', data, '--set-password', person], { input: `${password}\n`, stdio: ['pipe', 'ignore', 'ignore'] })
}

function addPerson(program, data, description) {
  const out = execFileSync(join(programs, program), ['--data', data, '--add-person', description], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return out.trim().split('\n').at(-1)
}

export const read = (path) => readFileSync(join(root, path), 'utf8')

// Suspected results of every panel wait for a second portion, but for what is there for reference only.
const confirmed = (panels) => panels.trimEnd().split('\n').map((row, i) => `${row.trimEnd()},${i === 0 ? '确证次数' : row.trimEnd().endsWith(',1') ? '' : 1}`).join('\n') + '\n'

export function referenceFiles(confirms) {
  const rules = 'protocol/rules/reference/'
  const plan = 'coordinator/reference/sichuan_2013/'
  const files = {
    'limits.csv': rules + 'limits.csv', 'limits_2013.csv': plan + 'limits_2013.csv', 'categories.csv': rules + 'categories.csv',
    'analytes.csv': rules + 'analytes.csv', 'banned_pesticides.csv': rules + 'banned_pesticides_2013.csv',
    'banned_vet.csv': rules + 'banned_vet_193.csv', 'panels.csv': plan + 'panels.csv', 'qc_methods.csv': plan + 'qc_methods.csv',
    'qc_materials.csv': plan + 'qc_materials.csv', 'qc_recovery.csv': 'protocol/quality/reference/recovery_limits.csv',
    'qc_duplicates.csv': 'protocol/quality/reference/duplicate_limits.csv',
    'divisions.csv': 'coordinator/reference/divisions/sichuan.csv', 'programmes.csv': plan + 'programmes.csv',
  }
  return Object.entries(files).map(([name, path]) => ({ name, text: confirms && name === 'panels.csv' ? confirmed(read(path)) : read(path) }))
}

// Vegetables, fruit and meat in the shares of the real plan; `samples` in all.
function smallPlan(samples, programme, more) {
  const head = '项目,市州代码,区县代码,产品类别,产品名称,抽样环节,轮次,检测包,样品数,批量,检验水平,AQL,受检单位'
  const kinds = ['V1,菠菜,生产基地,1,VEGA', 'V5,豇豆,生产基地,1,VEGA', 'V3,番茄,生产基地,1,VEGS', 'F1,柑,生产基地,1,FRUA', 'L1,猪肉,屠宰场,1,MEAA']
  const shares = kinds.map((_, i) => Math.floor(samples / kinds.length) + (i < samples % kinds.length ? 1 : 0))
  return [head, ...kinds.map((kind, i) => `${programme},510100,510104,${kind},${shares[i]},,,,`)].filter((_, i) => i === 0 || shares[i - 1] > 0).concat(more).join('\n') + '\n'
}

const pagesFrom = (folder) => (folder ? ['--pages', resolve(folder)] : [])

/** A lab-node that belongs to nobody yet. */
export class Station {
  static async start() {
    const station = new Station()
    station.directory = mkdtempSync(join(tmpdir(), 'qlims-web-'))
    const port = await freePort()
    station.origin = `http://127.0.0.1:${port}`
    const log = openSync(join(station.directory, 'lab-node.log'), 'a')
    station.child = spawn(join(programs, 'lab-node'), ['--data', join(station.directory, 'node'), '--http', `127.0.0.1:${port}`, ...pagesFrom(process.env.QLIMS_PAGES)], { stdio: ['ignore', log, log] })
    await until('the node answers', 15_000, () => new Caller(station.origin).get('/api/v1/status'))
    return station
  }

  async stop() {
    const ended = new Promise((done) => this.child.once('exit', done))
    this.child.kill('SIGTERM')
    await ended
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** A coordinator that nobody has used: no people, no reference set. */
export class EmptyProvince {
  static async start() {
    const empty = new EmptyProvince()
    empty.directory = mkdtempSync(join(tmpdir(), 'qlims-web-'))
    const [http, zmq, enrol] = await Promise.all([freePort(), freePort(), freePort()])
    empty.province = `http://127.0.0.1:${http}`
    const log = openSync(join(empty.directory, 'coordinator.log'), 'a')
    const where = ['--data', join(empty.directory, 'coordinator'), '--http', `127.0.0.1:${http}`, '--zmq', `tcp://127.0.0.1:${zmq}`, '--enrol', `tcp://127.0.0.1:${enrol}`]
    empty.child = spawn(join(programs, 'coordinator'), [...where, ...pagesFrom(process.env.QLIMS_BOARD_PAGES)], { stdio: ['ignore', log, log] })
    await until('the coordinator answers', 15_000, () => new Caller(empty.province).get('/api/v1/status'))
    return empty
  }

  async stop() {
    const ended = new Promise((done) => this.child.once('exit', done))
    this.child.kill('SIGTERM')
    await ended
    rmSync(this.directory, { recursive: true, force: true })
  }
}

export class Laboratory {
  static async start({ samples = 60, port = 0, pages = process.env.QLIMS_PAGES ?? '', log = () => {}, programme = 'NCP', confirms = false, more = [] } = {}) {
    const laboratory = new Laboratory()
    laboratory.directory = mkdtempSync(join(tmpdir(), 'qlims-web-'))
    laboratory.children = new Map()
    try {
      await laboratory.setUp({ samples, port, pages, log, programme, confirms, more })
    } catch (error) {
      await laboratory.stop()
      throw error
    }
    return laboratory
  }

  async setUp({ samples, port, pages, log, programme, confirms, more }) {
    const [http, zmq, enrol] = await Promise.all([freePort(), freePort(), freePort()])
    const data = join(this.directory, 'coordinator')
    execFileSync('mkdir', ['-p', data, join(this.directory, 'node', 'drop')])
    this.province = `http://127.0.0.1:${http}`
    this.planner = new Caller(this.province, addPerson('coordinator', data, 'planner:计划:coordinator+administrator'))
    addPerson('coordinator', data, 'viewer:查看:viewer')
    addPerson('coordinator', data, 'office:受理:coordinator')
    for (const person of ['planner', 'viewer', 'office']) setPassword('coordinator', data, person)
    this.coordinatorArguments = [...pagesFrom(process.env.QLIMS_BOARD_PAGES), '--data', data, '--http', `127.0.0.1:${http}`, '--zmq', `tcp://127.0.0.1:${zmq}`, '--enrol', `tcp://127.0.0.1:${enrol}`]
    await this.startCoordinator()
    log('reference set, laboratory and plan')
    await this.planner.post('/api/v1/reference', { files: referenceFiles(confirms) })
    const laboratories = read('coordinator/reference/sichuan_2013/laboratories.csv').split('\n')
    await this.planner.post('/api/v1/laboratories', laboratories.slice(0, 2).join('\n') + '\n', 'text/csv')
    const plan = await this.planner.post('/api/v1/plans?title=test&year=2013&due=2013-12-31', smallPlan(samples, programme, more), 'text/csv')
    const ticket = await this.planner.post('/api/v1/tickets', { laboratory: 1, name: 'bench-1' })
    await this.startNode(ticket, port, pages)
    const tasksInAll = samples + more.length
    const tasks = async (state) => (await this.planner.get('/api/v1/status')).plans.at(-1).tasks[state]
    await until('plan expanded', 30_000, async () => (await tasks('planned')) === tasksInAll)
    await this.planner.post(`/api/v1/plans/${plan.plan}/allocation`, {})
    await until('plan allocated', 30_000, async () => (await tasks('allocated')) === tasksInAll)
    await this.planner.post(`/api/v1/plans/${plan.plan}/dispatch`, {})
    await until('samples granted', 30_000, async () => (await this.node.get('/api/v1/status')).samples.assigned === tasksInAll)
    log(`${samples} samples granted at ${this.origin}`)
  }

  /** Another laboratory of the province, number 2 and up, with a bench PC of its own; to be stopped like this one. */
  async another(number) {
    const laboratories = read('coordinator/reference/sichuan_2013/laboratories.csv').split('\n')
    await this.planner.post('/api/v1/laboratories', [laboratories[0], laboratories[number]].join('\n') + '\n', 'text/csv')
    const other = new Laboratory()
    other.directory = mkdtempSync(join(tmpdir(), 'qlims-web-'))
    other.children = new Map()
    execFileSync('mkdir', ['-p', join(other.directory, 'node', 'drop')])
    await other.startNode(await this.planner.post('/api/v1/tickets', { laboratory: number, name: 'bench-1' }), 0, process.env.QLIMS_PAGES ?? '')
    return other
  }

  async startCoordinator() {
    this.run('coordinator', this.coordinatorArguments)
    await until('the coordinator answers', 15_000, () => this.planner.get('/api/v1/status'))
  }

  async startNode(ticket, port, pages) {
    const data = join(this.directory, 'node')
    this.port = port || (await freePort())
    this.origin = `http://127.0.0.1:${this.port}`
    this.node = new Caller(this.origin, '')
    const shown = pagesFrom(pages)
    const alone = ['--data', data, '--http', `127.0.0.1:${this.port}`, '--coordinator', ticket.endpoint, '--coordinator-key', ticket.coordinator_key, ...pagesFrom(pages)]
    this.run('lab-node', [...alone, '--enrol', ticket.ticket, '--name', 'bench-1'])
    await until('the node answers', 15_000, () => this.node.get('/api/v1/status'))
    await this.addPeople()
    // The instrument's port wants its technician to be there.
    await this.end('lab-node')
    this.nodeArguments = [...alone, '--drop-folder', `${join(data, 'drop')}=GCMS-01:wang`]
    this.run('lab-node', this.nodeArguments)
    await until('the node answers again', 15_000, () => this.node.get('/api/v1/status'))
    this.people = {}
    for (const id of Object.keys(roles)) this.people[id] = await new Caller(this.origin).signIn(id, password)
  }

  // The first administrator as the page of the first run makes them, the others as the administrator does.
  async addPeople() {
    await this.node.post('/api/v1/setup', { person: 'admin', name: names.admin, password })
    const admin = await new Caller(this.origin).signIn('admin', password)
    for (const id of Object.keys(roles).filter((one) => one !== 'admin')) {
      await admin.post('/api/v1/people', { person: id, name: names[id], roles: [roles[id]], password: firstPassword })
      await ownPassword(this.origin, id)
    }
  }

  /** The same with further arguments; people sign in again. */
  async restartNode(more = []) {
    await this.end('lab-node')
    this.run('lab-node', [...this.nodeArguments, ...more])
    await until('the node answers again', 15_000, () => this.node.get('/api/v1/status'))
    for (const id of Object.keys(roles)) this.people[id] = await new Caller(this.origin).signIn(id, password)
  }

  as(person) { return this.people[person] }

  run(program, args) {
    const log = openSync(join(this.directory, `${program}.log`), 'a')
    const child = spawn(join(programs, program), args, { stdio: ['ignore', log, log] })
    this.children.set(program, child)
  }

  /** Gone at once, as when the power goes. */
  async kill(program) {
    const child = this.children.get(program)
    this.children.delete(program)
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGKILL')
    await ended
  }

  /** In good order. */
  async end(program) {
    const child = this.children.get(program)
    this.children.delete(program)
    if (!child || child.exitCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(10_000).then(() => child.kill('SIGKILL'))])
  }

  async stop() {
    await this.end('lab-node')
    await this.end('coordinator')
    if (!process.env.QLIMS_KEEP) rmSync(this.directory, { recursive: true, force: true })
  }

  // ---- people at work, for what comes before the step that a test is about

  /** Sampling forms for the first `n` samples; their numbers. */
  async sample(n) {
    const { samples } = await this.as('sampler').get(`/api/v1/samples?state=assigned&limit=${n}`)
    const fields = await this.requiredFields(samples[0]?.programme)
    const forms = samples.map((one) => ({ number: one.number, sampled_on: '2013-06-03', sample_name: one.commodity, quantity: '2.5 kg', reserve: '1 kg', storage: '冷藏', second_sampler: '吴抽样', fields }))
    await this.as('sampler').post('/api/v1/sampling-forms', { forms })
    return samples.map((one) => one.number)
  }

  /** Something that fits for every field that the form of this programme demands. */
  async requiredFields(programme) {
    const asked = (await this.as('sampler').get(`/api/v1/sampling-fields?programme=${programme}`)).fields.filter((field) => field.required)
    const values = { text: '测试填写', date: '2013-06-02', number: '1' }
    return Object.fromEntries(asked.map((field) => [field.code, field.choices[0] ?? values[field.kind]]))
  }

  async receive(numbers) {
    for (const number of numbers) await this.as('li').post('/api/v1/receptions/typed', { number, condition: '完好', reason: '测试准备' })
  }

  /** All results of these samples: not detected, but for `found`: {number: {analyte: text}}. */
  async measure(numbers, found = {}) {
    let sequence = 0
    for (const csv of await this.exports(numbers, found)) await this.as('wang').post(`/api/v1/captures?instrument=GCMS-01&name=batch-${Date.now()}-${sequence++}.csv`, csv, 'text/csv')
  }

  /** Runs without their quality control are released with a reason; then two further people sign. */
  async conclude(numbers) {
    const zhao = this.as('zhao')
    for (const run of (await zhao.get('/api/v1/runs?open=1&limit=100')).runs) {
      await zhao.post(`/api/v1/runs/${run.capture}/decision`, { record: run.record, release: true, reason: '测试放行' })
    }
    for (const [who, path, more] of [['zhao', 'reviews', { agreed: true, note: '' }], ['qian', 'approvals', {}]]) {
      const samples = []
      for (const number of numbers) samples.push({ number, record: (await this.as(who).get(`/api/v1/samples/${number}`)).record })
      const { results } = await this.as(who).post(`/api/v1/${path}`, { samples, password, ...more })
      const refused = results.filter((one) => !one.ok)
      if (refused.length > 0) throw new Error(`${path}: ${JSON.stringify(refused)}`)
    }
  }

  /** The chromatograph's own files of it, one for each panel and unit. */
  async exports(numbers, found = {}) {
    const groups = new Map()
    for (const number of numbers) {
      const page = await this.as('wang').get(`/api/v1/samples/${number}`)
      for (const item of page.items) {
        const key = `${page.panel}|${item.panel_unit}`
        if (!groups.has(key)) groups.set(key, { unit: item.panel_unit, analytes: [], rows: new Map() })
        const group = groups.get(key)
        if (!group.analytes.includes(item.analyte)) group.analytes.push(item.analyte)
        if (!group.rows.has(number)) group.rows.set(number, {})
        group.rows.get(number)[item.analyte] = found[number]?.[item.analyte] ?? 'ND'
      }
    }
    const files = []
    for (const { unit, analytes, rows } of groups.values()) {
      const heads = [['Sample', '', '', '', '', ''], ['', 'Name', 'Data File', 'Type', 'Level', 'Acq. Date-Time']]
      for (const analyte of analytes) {
        heads[0].push(`${analyte} Method`, `${analyte} Results`, '')
        heads[1].push('Units', 'RT', 'Final Conc.')
      }
      const lines = [...rows].map(([number, values]) => ['', number, `${number}.d`, 'Sample', '', '6/3/2013 9:00', ...analytes.flatMap((a) => [unit, '3.422', values[a] ?? ''])])
      files.push([...heads, ...lines].map((cells) => cells.join(',')).join('\r\n'))
    }
    return files
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const at = process.argv.indexOf(`--${name}`)
    return at < 0 ? otherwise : process.argv[at + 1]
  }
  const laboratory = await Laboratory.start({ samples: Number(option('samples', 60)), port: Number(option('port', 0)), pages: option('pages', process.env.QLIMS_PAGES ?? ''), log: console.log })
  if (process.argv.includes('--busy')) {
    const numbers = await laboratory.sample(40)
    await laboratory.receive(numbers.slice(0, 28))
    await laboratory.measure(numbers.slice(0, 12), { [numbers[1]]: { 克百威: '0.35', 甲胺磷: '0.62' }, [numbers[3]]: { 铅: '0.08' } })
  }
  console.log(JSON.stringify({ origin: laboratory.origin, people: Object.keys(laboratory.people), password }))
  process.on('SIGINT', () => laboratory.stop().then(() => process.exit(0)))
  process.on('SIGTERM', () => laboratory.stop().then(() => process.exit(0)))
}
