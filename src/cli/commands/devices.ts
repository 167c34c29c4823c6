import type { Command } from 'commander'
import { resultColours } from '../colours.ts'
import { withEngine } from '../engine.ts'
import { print } from '../reporter.ts'

export function addDevicesCommand(program: Command): void {
  program
    .command('devices')
    .description('Show what this computer can paint on.')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const devices = await withEngine((engine) => engine.call('devices', {}))
      if (json) {
        print(devices)
        return
      }
      const width = Math.max(...devices.map(({ id }) => id.length))
      const markOf = (isThere: boolean): string =>
        isThere ? resultColours.green('✓') : resultColours.dim('–')
      for (const { id, usable, name, note, needs } of devices) {
        process.stdout.write(`${markOf(usable)} ${id.padEnd(width)}  ${name}. ${note}\n`)
        for (const { what, isMet, found } of needs)
          process.stdout.write(`${' '.repeat(width + 4)}${markOf(isMet)} ${what}: ${found}\n`)
      }
    })
}
