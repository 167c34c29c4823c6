import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startStudioServer, type StudioServer } from '../../src/server/index.ts'
import { defaultLimits } from '../../src/server/limits.ts'
import { PageSocket } from '../../src/server/page-socket.ts'
import { mediaPath, uploadAnswer } from '../../src/shared/contract/media.ts'
import { run, testPicture } from '../cli/pastiche.ts'
import { signIn } from '../support/sign-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { TestPage, TestStudio, tinyJob } from './support/real-studio.ts'

const temporary = temporaryFolder()
let open: TestStudio
let server: StudioServer
let origin: string
let headers: Record<string, string>

beforeAll(async () => {
  await run(['--version'], { cwd: temporary.path })
  const page = join(temporary.path, 'page')
  mkdirSync(page)
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Pastiche</title>')
  open = await TestStudio.open(join(temporary.path, 'home'))
  server = await startStudioServer({ studio: open.studio, page })
  const signedIn = await signIn(server.invite(null).urls[0])
  origin = signedIn.origin
  headers = { ...signedIn }
})
afterAll(async () => {
  await server.close()
  await open.studio.close()
})

async function visit(): Promise<TestPage> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/studio`, { headers })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return new TestPage(new PageSocket(socket, defaultLimits).line)
}

async function send(name: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const address = `${origin}/upload?for=picture&name=${encodeURIComponent(name)}`
  const answer = uploadAnswer.parse(await (await fetch(address, { method: 'POST', headers, body })).json())
  if ('error' in answer) throw new Error(answer.error.message)
  return answer.ticket
}

const load = (path: string): Promise<Response> => fetch(`${origin}${path}`, { headers })

describe('the studio over a WebSocket', () => {
  it('paints what two pages have sent, and gives it out', async () => {
    const [page, other] = [await visit(), await visit()]
    await other.call('open', {})
    const photo = await send('ärger 🌊.png', new Uint8Array(await testPicture(96, 64).png().toBuffer()))
    const style = await send('waves.png', new Uint8Array(await testPicture(64, 64, 1).png().toBuffer()))
    expect(await page.call('inspect', { ticket: photo })).toMatchObject({ name: 'ärger 🌊.png', widthPx: 96 })
    const view = await load(mediaPath({ ticket: photo, sidePx: 320 }))
    expect(view.headers.get('content-type')).toBe('image/webp')

    const job = await page.call('start', tinyJob(photo, style))
    const { status } = await page.until(job.id, 'done', 'failed')
    expect(status.state).toBe('done')
    await expect.poll(() => other.heard('gallery')).toHaveLength(1)
    const [entry] = other.heard('gallery')[0]!.changed
    expect(entry).toMatchObject({ name: 'ärger 🌊 × waves' })

    const options = { format: 'jpeg', quality: 90, bitDepth: 8, keepMetadata: true, keepGps: false } as const
    const exported = await page.call('save', { resultId: entry!.id, options })
    if (exported.kind !== 'download') throw new Error('Expected a download.')
    const download = await load(mediaPath({ ticket: exported.ticket, download: true }))
    expect(download.headers.get('content-disposition')).toContain('attachment')
    const bytes = Buffer.from(await download.arrayBuffer())
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 64 })
    for (const each of [page, other]) {
      expect(each.faults).toEqual([])
      each.client.close()
    }
  })

  it('forgets a page that is gone in the middle of a job', async () => {
    const page = await visit()
    const { draft } = await page.call('open', {})
    const long = { steps: 100_000, sizePx: 48, coarsestPx: 48 }
    const [content, style] = [draft.content!.ticket, draft.styles[0]!.picture.ticket]
    const { id } = await page.call('start', tinyJob(content, style, long))
    await page.call('watch', { jobId: id })
    await page.untilStep(id, 1)
    page.client.close()
    const next = await visit()
    await next.untilStep(id, 3)
    expect(next.heard('preview')).toEqual([])
    await next.call('control', { jobId: id, command: { kind: 'stop' } })
    expect((await next.until(id, 'stopped', 'failed')).status.state).toBe('stopped')
    next.client.close()
  })
})
