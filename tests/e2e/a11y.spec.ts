import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { endless, StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const colourRules = ['color-contrast', 'link-in-text-block']

/** Checks the page as it is with all rules in light, and in dark with those of colours: the markup is the same. */
async function expectAccessible(ui: StudioPage, what: string, without: string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await ui.page.emulateMedia({ colorScheme })
    await expect(ui.page.locator('html')).toHaveCSS('color-scheme', /light|dark/)
    // Colours that are on their way to others would be measured half way. What is hidden never comes to its end.
    await ui.page.evaluate(() => {
      const ending = document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
      const ended = Promise.all(ending.map((one) => one.finished.catch(() => undefined)))
      return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))])
    })
    const axe = new AxeBuilder({ page: ui.page })
    const chosen =
      colorScheme === 'light' ? axe.withTags(rules).disableRules(without) : axe.withRules(colourRules)
    const { violations } = await chosen.analyze()
    const told = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`),
    }))
    expect.soft(told, `${what}, ${colorScheme}`).toEqual([])
    await ui.shot(`${what}-${colorScheme}`)
  }
}

/** A new page without motion, so that nothing is checked halfway. */
test.use({ contextOptions: { reducedMotion: 'reduce' } })

test('the studio has no violation: at rest, empty, with all parameters, and with several styles', async ({
  ui,
}) => {
  await ui.open(studio())
  await expect(ui.runBar).toContainText('of memory')
  await expectAccessible(ui, 'a11y-studio')
  const all = ui.page.getByRole('radio', { name: 'All', exact: true })
  await all.check()
  const closed = ui.page.locator('details:not([open]) > summary')
  while ((await closed.count()) > 0) await closed.first().click()
  await expectAccessible(ui, 'a11y-all-parameters')
  await ui.page.getByRole('radio', { name: 'Simple', exact: true }).check()
  await ui.button('Samples and recent pictures for the style').click()
  await ui.dialog.getByRole('button').nth(2).click()
  await expect(ui.page.getByText(/^2 styles, blended/)).toBeVisible()
  await expectAccessible(ui, 'a11y-two-styles')
  await ui.removePictures()
  await expectAccessible(ui, 'a11y-empty')
})

test('a job has no violation: at work, paused, queued, done and compared', async ({ ui }) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await ui.paintsOn()
  await ui.button('Loss').click()
  await expect(ui.page.getByRole('list', { name: 'Current loss' })).toBeVisible()
  await ui.runBar.getByRole('button', { name: 'Add to queue' }).click()
  await expectAccessible(ui, 'a11y-painting')
  await ui.button(/^Queue/).click()
  await ui.button('Pause').click()
  await expect(ui.runBar).toContainText('Paused')
  await expectAccessible(ui, 'a11y-queue')
  await ui.button(/^Remove .* from queue$/).click()
  await ui.button('Stop & keep').click()
  await expect(ui.runBar).toContainText('Stopped')
  await ui.button(/^Queue/).click()
  await ui.page.keyboard.press('c')
  await expect(ui.page.getByRole('slider', { name: 'Compare photo and painting' })).toBeVisible()
  await expectAccessible(ui, 'a11y-compare')
})

test('the gallery has no violation: empty-handed, one, several, large, and side by side', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await ui.paintSmall('first.jpg')
  await ui.paintSmall('second.jpg')
  await page.keyboard.press('Control+2')
  const tiles = page.getByRole('option')
  await expect(tiles.first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expectAccessible(ui, 'a11y-gallery')
  await tiles.first().click()
  await expectAccessible(ui, 'a11y-gallery-one')
  await tiles.nth(1).click({ modifiers: ['Control'] })
  await expectAccessible(ui, 'a11y-gallery-two')
  await ui.button('Compare side by side').click()
  await expectAccessible(ui, 'a11y-side-by-side')
  await page.keyboard.press('Escape')
  await tiles.first().dblclick()
  await expect(page.getByRole('region', { name: 'Full view' })).toBeVisible()
  await expectAccessible(ui, 'a11y-large')
})

const dialogs: readonly { readonly title: string; readonly open: (ui: StudioPage) => Promise<void> }[] = [
  { title: 'Models', open: (ui) => ui.button('Models').click() },
  { title: 'Devices', open: (ui) => ui.button('Devices').click() },
  { title: 'Settings', open: (ui) => ui.button('Settings').click() },
  { title: 'Keyboard shortcuts', open: (ui) => ui.button('Keyboard shortcuts').click() },
  { title: 'Pastiche', open: (ui) => ui.button('Pastiche').click() },
  { title: 'Choose a photo', open: (ui) => ui.button('Samples and recent photos').click() },
  { title: 'Crop and rotate', open: (ui) => ui.button('Crop and rotate style.png').click() },
  { title: 'Save preset', open: (ui) => ui.openMenu('Preset options', 'Save as…') },
  { title: 'Save painting', open: (ui) => ui.button('Save…').click() },
  {
    title: 'photo × style',
    open: async (ui) => {
      await ui.page.keyboard.press('Control+2')
      await ui.page.getByRole('option').first().click()
      await ui.button('Recipe').click()
    },
  },
]

test('no dialog has a violation', async ({ ui }) => {
  test.setTimeout(300_000)
  await ui.open(studio())
  await ui.paintSmall()
  for (const { title, open } of dialogs) {
    await open(ui)
    await expect(ui.dialog).toHaveAccessibleName(title)
    await ui.page.waitForLoadState('networkidle')
    await expectAccessible(ui, `a11y-dialog-${title.toLowerCase().replaceAll(/\W+/g, '-')}`)
    await ui.page.keyboard.press('Escape')
    await expect(ui.dialog).toBeHidden()
  }
})

test('the drop zones, a message, the banner and the menu have no violation', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await ui.button('Preset options').click()
  await expect(page.getByRole('menu')).toBeVisible()
  // Like a dialog it hangs over the page, outside of its landmarks; of dialogs axe knows that.
  await expectAccessible(ui, 'a11y-menu', ['region'])
  await page.keyboard.press('Escape')
  await ui.drop([{ name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }], 'Photo')
  await expect(ui.messages.getByRole('alert')).toBeVisible()
  await expectAccessible(ui, 'a11y-message')
  await studio().stop()
  await expect(page.getByText("Can't reach Pastiche.")).toBeVisible()
  await expectAccessible(ui, 'a11y-banner')
  await studio().start()
})

/** True if the element that has the focus shows it: by an outline of its own, or of what is drawn for it. */
function showsFocus(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.activeElement
    // After the last stop and before the first, the focus is with the browser.
    if (focused === null || focused === document.body) return null
    const around = [
      focused,
      focused.nextElementSibling,
      focused.parentElement,
      focused.parentElement?.parentElement,
    ]
    const isShown = around.some((element) => {
      if (!element) return false
      return ['', '::before', '::after'].some((pseudo) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(element, pseudo || null)
        return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0
      })
    })
    const box = focused.getBoundingClientRect()
    const isInSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    return isShown && isInSight
      ? null
      : `${focused.outerHTML.slice(0, 200)} (${isShown ? 'out of sight' : 'no outline'})`
  })
}

/** Presses Tab until this has the focus; each stop on the way must show where one is. */
async function tabTo(page: Page, target: Locator, most = 90): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab')
    expect(await showsFocus(page)).toBeNull()
    if (await target.evaluate((node) => node === document.activeElement)) return
  }
  throw new Error(`Expected Tab to come to ${target.toString()} within ${most} presses.`)
}

test('from the first page to a saved picture without a mouse, and always seeing where one is', async ({
  ui,
}) => {
  const { page } = ui
  await ui.open(studio())
  await tabTo(
    page,
    ui.button('Samples and recent photos').or(ui.button('Samples and recent pictures for the photo')),
  )
  await page.keyboard.press('Enter')
  await expect(ui.dialog).toBeVisible()
  await tabTo(page, ui.dialog.getByRole('button', { name: /^Mountain lake at dusk/ }))
  await page.keyboard.press('Enter')
  await expect(ui.dialog).toBeHidden()
  if (await ui.button('Samples and recent pictures for the style').isVisible()) {
    await tabTo(page, ui.button('Samples and recent pictures for the style'))
    await page.keyboard.press('Enter')
    await tabTo(page, ui.dialog.getByRole('button', { name: /^Wind over the bay/ }))
    await page.keyboard.press('Enter')
    await expect(ui.dialog).toBeHidden()
  }
  for (const [name, value] of [
    ['Size as a number', '64'],
    ['Steps as a number', '8'],
  ] as const) {
    await tabTo(page, page.getByRole('spinbutton', { name }))
    await page.keyboard.press('Control+a')
    await page.keyboard.type(value)
  }
  await tabTo(page, ui.runBar.getByRole('button', { name: 'Start painting' }))
  await page.keyboard.press('Enter')
  await ui.ends('Saved to the gallery')
  await tabTo(page, ui.button('Save…'))
  await page.keyboard.press('Enter')
  await tabTo(page, ui.dialog.getByRole('radio', { name: 'PNG' }))
  await page.keyboard.press('ArrowRight')
  await expect(ui.dialog.getByRole('radio', { name: 'JPEG' })).toBeChecked()
  await tabTo(page, ui.dialog.getByRole('button', { name: 'Save', exact: true }))
  const coming = page.waitForEvent('download')
  await page.keyboard.press('Enter')
  expect((await coming).suggestedFilename()).toMatch(/\.jpg$/)
  await expect(ui.dialog).toBeHidden()
  await expect(ui.button('Save…')).toBeFocused()
})

test('with motion reduced, nothing moves for longer than a blink', async ({ ui }) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await ui.button('Settings').click()
  await expect(ui.dialog).toBeVisible()
  const moving = (): Promise<string[]> =>
    ui.page.evaluate(() =>
      document
        .getAnimations()
        .filter(
          ({ effect, playState }) =>
            playState === 'running' && Number(effect?.getComputedTiming().duration) > 100,
        )
        .map(({ effect }) => (effect as KeyframeEffect).target?.className ?? ''),
    )
  expect(await moving()).toEqual([])
  await ui.page.keyboard.press('Escape')
  await ui.paintsOn()
  expect(await moving()).toEqual([])
  await ui.stop()
})

/** Elements that stick out at the right or scroll sideways. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const rooms = [document.documentElement, ...document.querySelectorAll('main, [role=dialog], .body')]
    const scrolled = rooms
      .filter((room) => room.scrollWidth > room.clientWidth + 1)
      .map((room) => `${room.tagName}.${room.className} ${room.scrollWidth} > ${room.clientWidth}`)
    const sticking = [...document.querySelectorAll('button, input, select, a, h1, h2')]
      .filter((element) => element.checkVisibility({ opacityProperty: false, visibilityProperty: true }))
      .filter((element) => element.closest('.visually-hidden') === null)
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120))
    return [...scrolled, ...sticking]
  })
}

for (const { what, viewport, deviceScaleFactor } of [
  { what: '200-percent', viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
  { what: '360-pixels', viewport: { width: 360, height: 740 }, deviceScaleFactor: 1 },
]) {
  test(`at ${what.replace('-', ' ')} everything is reached without scrolling sideways`, async ({
    browser,
  }) => {
    test.setTimeout(240_000)
    const context = await browser.newContext({ viewport, deviceScaleFactor, reducedMotion: 'reduce' })
    const ui = new StudioPage(await context.newPage())
    await ui.open(studio())
    expect(await tooWide(ui.page)).toEqual([])
    await expect(ui.runBar.getByRole('button', { name: 'Start painting' })).toBeInViewport()
    await ui.shot(`narrow-${what}-studio`)
    await ui.paintSmall()
    expect(await tooWide(ui.page)).toEqual([])
    await ui.shot(`narrow-${what}-result`)
    await ui.page.keyboard.press('Control+2')
    await ui.page.getByRole('option').first().click()
    expect(await tooWide(ui.page)).toEqual([])
    await ui.shot(`narrow-${what}-gallery`)
    await ui.page.keyboard.press('Control+1')
    for (const keys of ['Control+m', 'Control+,', 'Control+d', '?', 'Control+s']) {
      await ui.page.keyboard.press(keys)
      await expect(ui.dialog).toBeVisible()
      expect(await tooWide(ui.page), keys).toEqual([])
      await expect(ui.dialog.getByRole('button', { name: 'Close' }).first()).toBeInViewport()
      await ui.shot(`narrow-${what}-dialog-${keys.replaceAll(/\W/g, '') || 'shortcuts'}`)
      await ui.page.keyboard.press('Escape')
      await expect(ui.dialog).toBeHidden()
    }
    await context.close()
  })
}
