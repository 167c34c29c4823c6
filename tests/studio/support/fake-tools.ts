import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { EngineHost } from '../../../src/host/engine-host.ts'
import type { PasticheError } from '../../../src/shared/errors.ts'
import { tinyPng } from './tiny-png.ts'

type Call = EngineHost['call']
interface Heard {
  readonly method: string
  readonly input: Readonly<Record<string, unknown>>
}

/** An engine that looks at no picture: each is 4 × 3 px; what it renders or saves is a few bytes. */
export class FakeTools {
  readonly heard: Heard[] = []
  /** A test may have a call fail. */
  onCall: (heard: Heard) => PasticheError | null = () => null
  /** Event that a call waits for. */
  gate: Promise<unknown> = Promise.resolve()

  readonly call = (async (method: string, input: Readonly<Record<string, unknown>>): Promise<unknown> => {
    this.heard.push({ method, input })
    const failure = this.onCall({ method, input })
    if (failure !== null) throw failure
    await this.gate
    return this.#answer(method, input)
  }) as unknown as Call

  count(method: string): number {
    return this.heard.filter((call) => call.method === method).length
  }

  #answer(method: string, input: Readonly<Record<string, unknown>>): unknown {
    switch (method) {
      case 'inspectPicture':
        return { widthPx: 4, heightPx: 3, format: 'png', bytes: statSync(input['path'] as string).size }
      case 'renderPicture':
        return this.#write((input['target'] as { path: string }).path)
      case 'savePicture':
        return this.#write((input['output'] as { path: string }).path)
      default:
        throw new Error(`The fake tools know no ${method}.`)
    }
  }

  #write(path: string): unknown {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, tinyPng)
    return { widthPx: 4, heightPx: 3, bytes: tinyPng.length }
  }
}
