import { createHash } from 'node:crypto'
import type { Checkpoint } from './checkpoint.ts'
import { taps } from './tables.ts'

/** docs/model-cards/compact.md: what the network is, what it was trained on, and how well it sees. */
export function modelCard(
  { step, options, log, elapsedMs, pictureCount }: Checkpoint,
  file: Uint8Array,
  note = '',
): string {
  const last = log.at(-1)?.heldOut ?? {}
  const shares = taps.map((tap) => `| \`${tap}\` | ${(last[`unexplained/${tap}`] ?? NaN).toFixed(3)} |`)
  const sha256 = createHash('sha256').update(file).digest('hex')
  return `# compact

The network that ships with Pastiche and is the default: VGG16 in small, distilled by \`training/distil.ts\`. This page is written by
\`training/export-compact.ts\`.

| | |
| --- | --- |
| file | \`resources/networks/compact.safetensors\`, ${(file.length / 1e6).toFixed(2)} MB, float16 |
| SHA-256 | \`${sha256}\` |
| layers | 3×3 convolutions of widths 16-16, 32-32, 64-64-64, 128-128-128, 128, with max pooling between; a 1×1 projection behind each trained tap |
| input | RGB in 0–1, mean and deviation of ImageNet |
| teacher | VGG16 (Simonyan & Zisserman 2014; Oxford weights, CC BY 4.0) |
| trained on | ${pictureCount ?? '5,000'} photos (one a class of ImageNet, and PACS) and paintings (PACS), for research; ${Math.round(100 * options.canvases)} % of the crops are canvases in the middle of being painted |
| training | ${step} steps of 8 crops of 96 px, 4 of 144 px or 2 of 192 px; Adam, ${options.rate} → 0 along a cosine; seed ${options.seed}; ${(elapsedMs / 3.6e6).toFixed(1)} hours on ${options.threads === 1 ? 'one core' : 'two cores'} of a shared machine${note ? `; ${note}` : ''} |
| licence | MIT, as Pastiche; attribution of the teacher: Visual Geometry Group, University of Oxford |

## How well it sees

Share of the variance of VGG16's features that is not explained, on pictures that were kept apart:

| tap | unexplained |
| --- | --- |
${shares.join('\n')}

![The shares by step of the training](../images/compact-training.svg)

## What it is for

Style transfer with Pastiche: as the network of content and style losses. At a trained tap its features are those of VGG16 but for a
rotation and what it does not explain, so means, covariances and Gram matrices are comparable to VGG16's and the same recipe fits both.
It is no classifier, and its features say nothing about people.

## Limits

Fine structure in the deep taps is coarser than VGG16's: with VGG16 or VGG19 installed, windows, faces and thin lines come out sharper.
Features at other taps than the trained ones are the network's own and are not those of VGG16.

## Make it again

\`\`\`sh
npm run distil -- --teacher vgg16.safetensors --pictures folder --steps ${options.steps} --rate ${options.rate} --seed ${options.seed} --canvases ${options.canvases}
npx tsx training/export-compact.ts --card docs/model-cards/compact.md --plot docs/images/compact-training.svg
\`\`\`
`
}
