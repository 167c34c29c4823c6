/** A pinhole camera that looks along z; the mirrored one sees the world as the lake reflects it. */
import type { Direction } from './sky.ts'

export interface Camera {
  readonly widthPx: number
  readonly heightPx: number
  readonly heightKm: number
  /** Focal length and the row of the horizon, in pixels. */
  readonly focalPx: number
  readonly horizonPx: number
  readonly mirrored: boolean
}

/** @param heightPx - two thirds of `widthPx` frame the scene as meant. */
export function createCamera(widthPx: number, heightPx: number, mirrored: boolean): Camera {
  return {
    widthPx,
    heightPx,
    heightKm: 0.016,
    focalPx: heightPx * 1.5,
    horizonPx: heightPx * 0.565,
    mirrored,
  }
}

/** The way light comes from to a place on the picture; reflected in the level lake for the mirrored camera. */
export function rayThrough(camera: Camera, xPx: number, yPx: number): Direction {
  const x = (xPx - camera.widthPx / 2) / camera.focalPx
  const y = (camera.horizonPx - yPx) / camera.focalPx
  const length = Math.hypot(x, y, 1)
  return { x: x / length, y: (camera.mirrored ? -y : y) / length, z: 1 / length }
}

/** Where rays start: the mirrored camera sits as far under the water as the other one above it. */
export const eyeHeightKm = (camera: Camera): number => (camera.mirrored ? -camera.heightKm : camera.heightKm)

/** Column, row and size of one kilometre, in pixels, for a point in front of the camera. */
export function project(
  camera: Camera,
  x: number,
  y: number,
  z: number,
): { xPx: number; yPx: number; pxPerKm: number } {
  const pxPerKm = camera.focalPx / z
  const up = (camera.mirrored ? -y : y) - camera.heightKm
  return { xPx: camera.widthPx / 2 + x * pxPerKm, yPx: camera.horizonPx - up * pxPerKm, pxPerKm }
}
