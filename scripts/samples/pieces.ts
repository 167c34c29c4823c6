/** The pictures that ship with the app: what each is called and which function renders it. */
import type { Raster } from './kit/raster.ts'
import { renderBrush } from './painting-brush/render-brush.ts'
import { renderFacets } from './painting-facets/render-facets.ts'
import { renderGlass } from './painting-glass/render-glass.ts'
import { renderInk } from './painting-ink/render-ink.ts'
import { renderPoints } from './painting-points/render-points.ts'
import { renderWoodcut } from './painting-woodcut/render-woodcut.ts'
import { renderHarbour } from './photo-harbour/render-harbour.ts'
import { renderLake } from './photo-lake/render-lake.ts'

export interface Piece {
  readonly id: string
  readonly kind: 'photo' | 'painting'
  readonly title: string
  readonly description: string
  readonly maxBytes: number
  /** Renders the picture, `longSidePx` along its longer side. Equal sizes give equal pictures. */
  readonly render: (longSidePx: number) => Raster
}

/** The longer side of every shipped picture. */
export const longSidePx = 1024

export const pieces: readonly Piece[] = [
  {
    id: 'photo-lake',
    kind: 'photo',
    title: 'Mountain lake at dusk',
    description: 'Eroded peaks in the last light, woods in the haze, pines and boulders by still water.',
    maxBytes: 250_000,
    render: renderLake,
  },
  {
    id: 'photo-harbour',
    kind: 'photo',
    title: 'Harbour in the afternoon',
    description: 'Painted gabled houses along a quay, fishing boats, a church spire, ripples in low sun.',
    maxBytes: 250_000,
    render: renderHarbour,
  },
  {
    id: 'painting-brush',
    kind: 'painting',
    title: 'Wind over the bay',
    description: 'Thick oil in blues and yellows: swirling strokes, ridges of paint, canvas underneath.',
    maxBytes: 400_000,
    render: renderBrush,
  },
  {
    id: 'painting-glass',
    kind: 'painting',
    title: 'Morning window',
    description: 'Stained glass: streaky panes in glowing colours between dark leads.',
    maxBytes: 400_000,
    render: renderGlass,
  },
  {
    id: 'painting-woodcut',
    kind: 'painting',
    title: 'Breakers at sunset',
    description: 'Colour woodcut: carved lines that follow the waves, few inks, wood grain, handmade paper.',
    maxBytes: 400_000,
    render: renderWoodcut,
  },
  {
    id: 'painting-points',
    kind: 'painting',
    title: 'Sunday by the river',
    description: 'Pointillism: dots of divided colour, complementary shadows, a painted frame.',
    maxBytes: 400_000,
    render: renderPoints,
  },
  {
    id: 'painting-ink',
    kind: 'painting',
    title: 'Mountains in the mist',
    description: 'Ink on paper: washes that fade into mist, dry strokes on rock, an old pine, a red seal.',
    maxBytes: 400_000,
    render: renderInk,
  },
  {
    id: 'painting-facets',
    kind: 'painting',
    title: 'Guitar by the window',
    description: 'Cubism: a still life in facets, pasted patterns, charcoal outlines, coarse canvas.',
    maxBytes: 400_000,
    render: renderFacets,
  },
]
