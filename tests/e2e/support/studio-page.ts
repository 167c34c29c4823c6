import { join } from 'node:path'
import { expect, type Locator, type Page } from '@playwright/test'
import { photoFile, pngFile, type FileLike } from './pictures.ts'
import { screensFolder } from './root.ts'
import type { ServedStudio } from './served-studio.ts'

/** Steps of a job that lasts far longer than any test. */
export const endless = 100_000

/** On a computer that has other work to do, an engine takes its time to start. */
const engineTimeoutMs = 90_000

/** The page as people use it: what they look for, and what they do. */
export class StudioPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Opens the printed address: it signs this browser in, unless it is so already. */
  async open(studio: ServedStudio): Promise<void> {
    const address = studio.url
    const session = (): Promise<unknown> => this.page.context().cookies(studio.origin)
    const before = JSON.stringify(await session())
    await this.page.goto(address)
    await this.ready()
    if (JSON.stringify(await session()) !== before) await studio.printsNextAfter(address)
  }

  async ready(): Promise<void> {
    await expect(this.page.getByRole('navigation', { name: 'Pages' })).toBeVisible()
    await expect(this.page.getByRole('main')).not.toContainText('Opening the studio')
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog')
  }

  get messages(): Locator {
    return this.page.getByRole('region', { name: 'Messages' })
  }

  get runBar(): Locator {
    return this.page.getByRole('region', { name: 'Painting', exact: true })
  }

  get stage(): Locator {
    return this.page.getByRole('application', { name: /^(Photo|Painting): / }).first()
  }

  get preset(): Locator {
    return this.page.getByRole('combobox', { name: 'Preset', exact: true })
  }

  get progress(): Locator {
    return this.page.getByRole('progressbar', { name: /^Progress of/ })
  }

  /** The painting as it is so far. */
  get preview(): Locator {
    return this.page.getByRole('img', { name: 'Painting so far' })
  }

  get result(): Locator {
    return this.page.getByRole('img', { name: 'Painting', exact: true })
  }

  /** Which step the job is at; 0 before the first. */
  async step(): Promise<number> {
    const text = (await this.runBar.textContent()) ?? ''
    return Number(/step ([\d,]+) of/i.exec(text)?.[1]?.replaceAll(',', '') ?? 0)
  }

  /** Waits until the job at work has come some steps further. */
  async paintsOn(): Promise<void> {
    await expect(this.progress).toBeVisible()
    const before = await this.step()
    const timeout = engineTimeoutMs
    await expect.poll(() => this.step(), { message: 'the job paints on', timeout }).not.toBe(before)
  }

  async setNumber(name: string | RegExp, value: number): Promise<void> {
    const field = this.page.getByRole('spinbutton', { name })
    await field.fill(String(value))
    await field.blur()
  }

  async choose(group: string | RegExp, option: string): Promise<void> {
    await this.page
      .getByRole('group', { name: group })
      .getByRole('radio', { name: option, exact: true })
      .check()
  }

  /** Removes photo and styles, except those whose button has the name `kept`. */
  async removePictures(kept = ''): Promise<void> {
    const remove = this.page.locator('.pictures').getByRole('button', { name: /^Remove / })
    const others = remove.and(this.page.locator(`:not([aria-label="${kept}"])`))
    while ((await others.count()) > 0) await others.last().click()
  }

  /** Puts a small photo and a small style in place of whatever was there. */
  async setTable(photo = 'photo.jpg', style = 'style.png'): Promise<void> {
    await this.removePictures()
    await this.drop([await photoFile(photo)], 'Photo')
    await expect(this.button('Remove photo')).toBeVisible()
    await this.drop([await pngFile(style)], 'Style')
    await expect(this.button(`Remove ${style}`)).toBeVisible()
  }

  /** Small enough to be painted in no time. */
  async setSmall({ sizePx = 64, steps = 12 }: { sizePx?: number; steps?: number } = {}): Promise<void> {
    await this.setNumber('Size as a number', sizePx)
    await this.setNumber('Steps as a number', steps)
  }

  async start(): Promise<void> {
    await this.runBar.getByRole('button', { name: 'Start painting', exact: true }).click()
  }

  /** Paints the current draft to the end. */
  async paint(): Promise<void> {
    await this.start()
    await this.ends('Saved to the gallery')
    await expect(this.result).toBeVisible()
  }

  /** Waits for what is said of the job once it has ended. */
  async ends(says: string | RegExp): Promise<void> {
    await expect(this.runBar).toContainText(says, { timeout: engineTimeoutMs })
  }

  /** A result of a few pixels. */
  async paintSmall(photo?: string, style?: string): Promise<void> {
    await this.setTable(photo, style)
    await this.setSmall()
    await this.paint()
  }

  async stop(): Promise<void> {
    await this.button('Stop & keep').click()
    await expect(this.runBar).toContainText('Stopped')
  }

  /** Lets files fall on the window, on a zone of it if one is named. */
  async drop(files: readonly FileLike[], zone?: 'Photo' | 'Style' | 'Start'): Promise<void> {
    const parts = files.map(({ name, mimeType, buffer }) => ({
      name,
      mimeType,
      base64: buffer.toString('base64'),
    }))
    const dataTransfer = await this.page.evaluateHandle((given) => {
      const transfer = new DataTransfer()
      for (const { name, mimeType, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
        transfer.items.add(new File([bytes], name, { type: mimeType }))
      }
      return transfer
    }, parts)
    await this.page.dispatchEvent('body', 'dragenter', { dataTransfer })
    const target =
      zone === undefined ? this.page.locator('body') : this.page.locator('[data-zone]', { hasText: zone })
    await target.dispatchEvent('dragover', { dataTransfer })
    await target.dispatchEvent('drop', { dataTransfer })
  }

  /** Picks a file in the browser's own dialog, which a click opens. */
  async pick(opener: Locator, file: FileLike | string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser')
    await opener.click()
    await (await chooser).setFiles(file)
  }

  async openMenu(label: string, item: string | RegExp): Promise<void> {
    await this.button(label).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  /** Takes a screenshot for people. */
  async shot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(screensFolder, `${name}.png`), animations: 'disabled' })
  }
}
