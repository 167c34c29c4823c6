#!/usr/bin/env node
/**
 * `npm run dev`: the studio in a browser, whose page changes as its source does; what runs behind it is built and restarted.
 * `npm run dev -- --desktop`: the desktop app, built and restarted on every change.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { targets } from './build-when-needed.mjs'
import { chooseFace } from './choose-face.mjs'
import { restartable } from './restartable.mjs'
import { enterStudio, studioProxy } from './studio-proxy.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text) => process.stderr.write(`${text}\n`)

/** Programs that were started and must be ended, the last first. */
const endings = []
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    for (const end of endings.splice(0).reverse()) await end()
    process.exit(0)
  })

if (process.argv.includes('--desktop')) await desktop()
else await browser()

async function desktop() {
  const face = await chooseFace(root, { say })
  if ('whyNot' in face) {
    say(`The desktop app does not start: ${face.whyNot}. "npm run dev" opens the studio in a browser.`)
    process.exit(1)
  }
  const app = restartable({
    root,
    targets: [targets.node, targets.page, targets.desktop],
    launch: () => spawn(face.electron, [root], { stdio: 'inherit' }),
  })
  endings.push(() => app.stop())
  await app.start()
}

/** The page comes from Vite; its line, pictures and uploads go on to the studio itself. */
async function browser() {
  const { createServer } = await import('vite')
  let studio = null
  const served = restartable({
    root,
    targets: [targets.node],
    launch: () => serve((entered) => (studio = entered)),
  })
  endings.push(() => served.stop())
  await served.start()
  const ours = process.listeners('SIGTERM')
  const vite = await createServer({
    configFile: join(root, 'vite.web.config.ts'),
    // Its other output must not go to stdout, which is searched for the address.
    logLevel: 'warn',
    server: { host: '127.0.0.1' },
    plugins: [studioProxy(() => studio)],
  })
  // Vite would leave with its own, before the studio behind it has ended.
  for (const theirs of process.listeners('SIGTERM'))
    if (!ours.includes(theirs)) process.off('SIGTERM', theirs)
  endings.push(() => vite.close())
  await vite.listen()
  process.stdout.write(`${vite.resolvedUrls.local[0]}\n`)
  say('The studio is open at this address, and changes as you write. Ctrl-C ends it.')
}

/** Signs in at the first address that it prints; each that is used is followed by another. */
function serve(onEntered) {
  const entry = join(root, 'out', 'cli', 'index.js')
  const child = spawn(process.execPath, [entry, 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let isFirst = true
  child.stdout.setEncoding('utf8').on('data', (text) => {
    const [address] = /http:\S+/.exec(text) ?? []
    if (address === undefined || !isFirst) return
    isFirst = false
    void enterStudio(address).then(onEntered, (error) => say(error.message))
  })
  return child
}
