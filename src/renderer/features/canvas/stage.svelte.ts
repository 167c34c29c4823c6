import { devicePixelRatio } from 'svelte/reactivity/window'
import { viewSidesPx } from '../../../shared/contract/media.ts'
import type { CanvasState, Viewport } from '../../state/canvas.svelte.ts'
import type { Subject } from '../../state/subject.ts'
import { fitted, held, neededSide, panned, pictureBox, visibleBox, zoomed, type Point } from './viewport.ts'

const marginPx = 24
const zoomStep = 1.25
const panStepPx = 64

/** Storage of the zoom of a picture. */
export type Zoomable = Pick<CanvasState, 'zoom' | 'zoomTo'>

/** Placement of the pictures on the canvas, controlled by wheel, fingers and keys. */
export class Stage {
  width = $state(0)
  height = $state(0)

  readonly #canvas: Zoomable
  readonly #subject: () => Subject
  /** Position of each pressed pointer, from the centre of the stage. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing that is shown reads it
  readonly #pointers = new Map<number, Point>()

  readonly size = $derived({ width: this.width, height: this.height })
  readonly picture = $derived.by(() => ({ width: this.#subject().widthPx, height: this.#subject().heightPx }))
  readonly pixelRatio = $derived(devicePixelRatio.current ?? 1)
  readonly viewport: Viewport = $derived.by(() => {
    const { zoom } = this.#canvas
    if (zoom === 'fit') return fitted(this.size, this.picture, this.margin)
    return held(
      zoom === 'actual' ? { scale: 1 / this.pixelRatio, x: 0, y: 0 } : zoom,
      this.size,
      this.picture,
    )
  })
  readonly box = $derived(pictureBox(this.viewport, this.size, this.picture))
  readonly visible = $derived(visibleBox(this.box, this.size))
  /** Long sides of the views that are loaded. */
  readonly sidePx = $derived(neededSide(this.viewport.scale, this.pixelRatio, this.picture, viewSidesPx))
  /** The photo has more pixels than what is painted of it. */
  readonly photoSidePx = $derived(
    neededSide(this.viewport.scale, this.pixelRatio, this.picture, viewSidesPx, Infinity),
  )
  /** Zoom in percent: screen pixels per picture pixel. */
  readonly percent = $derived(Math.round(this.viewport.scale * this.pixelRatio * 100))
  readonly isFit = $derived.by(() => this.#canvas.zoom === 'fit')

  constructor(canvas: Zoomable, subject: () => Subject) {
    this.#canvas = canvas
    this.#subject = subject
  }

  get margin(): number {
    return Math.min(marginPx, this.width / 24)
  }

  zoomBy(factor: number, at: Point = { x: 0, y: 0 }): void {
    this.#canvas.zoomTo(zoomed(this.viewport, factor, at, this.size, this.picture))
  }

  zoomIn(): void {
    this.zoomBy(zoomStep)
  }

  zoomOut(): void {
    this.zoomBy(1 / zoomStep)
  }

  /** Between the whole picture and its own pixels, or twice as large where these are the same. */
  toggle(at: Point): void {
    if (!this.isFit) {
      this.#canvas.zoomTo('fit')
      return
    }
    const factor = 1 / this.pixelRatio / this.viewport.scale
    this.zoomBy(factor > 1.2 ? factor : 2, at)
  }

  onWheel(event: WheelEvent): void {
    event.preventDefault()
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
    // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
    const speed = event.ctrlKey ? 0.01 : 0.0018
    this.zoomBy(Math.exp(-event.deltaY * lines * speed), this.#at(event))
  }

  onPointerDown(event: PointerEvent): void {
    if (event.button !== 0 && event.button !== 1) return
    this.#pointers.set(event.pointerId, this.#at(event))
    ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
  }

  onPointerMove(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId)
    if (before === undefined) return
    const now = this.#at(event)
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    this.#pointers.set(event.pointerId, now)
    const by = { x: now.x - before.x, y: now.y - before.y }
    if (other === undefined) this.#pan(by)
    else this.#pinch(before, now, other)
  }

  onPointerUp({ pointerId }: PointerEvent): void {
    this.#pointers.delete(pointerId)
  }

  onDoubleClick(event: MouseEvent): void {
    this.toggle(this.#at(event))
  }

  /** @returns whether the key meant the canvas */
  onKey({ key, shiftKey }: KeyboardEvent): boolean {
    const step = shiftKey ? 4 * panStepPx : panStepPx
    const moves: Readonly<Record<string, () => void>> = {
      '+': () => this.zoomIn(),
      '=': () => this.zoomIn(),
      '-': () => this.zoomOut(),
      _: () => this.zoomOut(),
      ArrowLeft: () => this.#pan({ x: step, y: 0 }),
      ArrowRight: () => this.#pan({ x: -step, y: 0 }),
      ArrowUp: () => this.#pan({ x: 0, y: step }),
      ArrowDown: () => this.#pan({ x: 0, y: -step }),
    }
    moves[key]?.()
    return key in moves
  }

  #pan(by: Point): void {
    const moved = panned(this.viewport, by, this.size, this.picture)
    if (moved.x !== this.viewport.x || moved.y !== this.viewport.y) this.#canvas.zoomTo(moved)
  }

  #pinch(before: Point, now: Point, other: Point): void {
    const factor =
      Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y)
    if (!Number.isFinite(factor) || factor === 0) return
    this.zoomBy(factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 })
  }

  /** Position of the pointer, from the centre of the stage. */
  #at(event: MouseEvent): Point {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
  }
}
