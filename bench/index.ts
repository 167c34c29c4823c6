import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify, parseArgs } from 'node:util'
import type { Row } from './measure.ts'

/**
 * `npm run bench [-- --json] [--devices cpu,webgpu] [--networks vgg19,compact] [--sizes 256,512]`
 *
 * Forward pass, gradient step and a 2048³ matrix product in one run on this machine: compare ratios, not times.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    devices: { type: 'string', default: 'cpu' },
    networks: { type: 'string', default: 'vgg19,compact' },
    sizes: { type: 'string', default: '256,512' },
  },
})

const worker = fileURLToPath(new URL('measure.ts', import.meta.url))
const rows: Row[] = []
for (const network of values.networks.split(','))
  for (const device of values.devices.split(','))
    for (const size of values.sizes.split(',')) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--import',
        'tsx',
        worker,
        device,
        network,
        size,
      ])
      const row = JSON.parse(stdout) as Row
      rows.push(row)
      if (!values.json) console.error(`${device} ${network} ${size} px: ratio ${row.ratio.toFixed(2)}`)
    }

if (values.json) console.log(JSON.stringify(rows, null, 2))
else
  console.table(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries<string | number>({ ...row }).map(([key, value]) => [key, rounded(value)]),
      ),
    ),
  )

function rounded(value: string | number): string | number {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value
}
