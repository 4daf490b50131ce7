import { afterEach, describe, expect, it, vi } from 'vitest'
import { Api, asProblem, Problem, problemOf, target } from './api'

afterEach(() => vi.unstubAllGlobals())

const answering = (status: number, body: unknown) => {
  const calls: { url: string; init: RequestInit }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    calls.push({ url, init })
    return new Response(body === null ? null : JSON.stringify(body), { status })
  })
  return calls
}

describe('the interface', () => {
  it('leaves out what is not asked, and escapes the rest', () => {
    expect(target('/a', { q: '菠菜 1', empty: '', no: null, zero: 0 })).toBe('/a?q=%E8%8F%A0%E8%8F%9C%201&zero=0')
  })
  it('turns a refusal into a problem with its code, its sentence and what else it carries', async () => {
    answering(422, { type: 'about:blank', code: 'number_differs', detail: '不一致', doubts: [{ code: 'x' }] })
    const problem = await new Api().get('/x').catch(asProblem)
    expect(problem).toBeInstanceOf(Problem)
    expect(problem).toMatchObject({ status: 422, code: 'number_differs', detail: '不一致', more: { doubts: [{ code: 'x' }] } })
  })
  it('has a code even for an answer that is no problem+json', () => {
    expect(problemOf(502, null)).toMatchObject({ code: 'http_502', detail: '' })
  })
  it('says that nobody answers', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('refused') })
    expect(await new Api().get('/x').catch(asProblem)).toMatchObject({ status: 0, code: 'unreachable' })
  })
  it('sends the token of the session with changes only, and says when nobody is doing anything', async () => {
    const calls = answering(200, {})
    const api = new Api()
    api.csrf = 'secret'
    await api.get('/a')
    await api.post('/b', { x: 1 })
    await api.inBackground(() => api.get('/c'))
    const sent = calls.map(({ init }) => init.headers as Record<string, string>)
    expect(sent.map((h) => h['X-CSRF-Token'])).toEqual([undefined, 'secret', undefined])
    expect(sent.map((h) => h['X-Background'])).toEqual([undefined, undefined, '1'])
  })
  it('tells when the session is over, but not for a wrong password', async () => {
    const api = new Api()
    const ended: string[] = []
    api.onSignedOut = (problem) => ended.push(problem.code)
    answering(401, { code: 'session_expired' })
    await api.get('/a').catch(() => null)
    answering(401, { code: 'wrong_credentials' })
    await api.post('/b', {}).catch(() => null)
    expect(ended).toEqual(['session_expired'])
  })
})
