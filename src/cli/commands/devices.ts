import type { Command } from 'commander'
import { colours, line, type Coloured } from '../colours.ts'
import { withEngine } from '../engine.ts'
import { print, printLines } from '../output.ts'

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('List the devices that Pastiche can compute on.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const devices = await withEngine((engine) => engine.call('devices', {}))
      if (json) {
        print(devices)
        return
      }
      const width = Math.max(...devices.map(({ id }) => id.length))
      const markOf = (isThere: boolean): Coloured => (isThere ? colours.green('✓') : colours.dim('–'))
      for (const { id, usable, name, note, needs } of devices) {
        printLines(line`${markOf(usable)} ${id.padEnd(width)}  ${name}. ${note}`)
        for (const { what, isMet, found } of needs)
          printLines(line`${' '.repeat(width + 4)}${markOf(isMet)} ${what}: ${found}`)
      }
    })
}
