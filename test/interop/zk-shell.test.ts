/** Our shell beside zkCli.sh, on one Java server: the same lines, the same text; one command, the same text and the same code. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java, zkCli } from '../support/oracle.ts'
import { Ensemble } from '../support/servers.ts'
import { root } from '../support/source.ts'
import { transcript } from './shell-transcript.ts'

const zk = [process.execPath, join(root, 'bin/zk.js')] as const

describeWith([java, 'the package zookeeper (zkCli.sh)'], 'zk beside zkCli.sh', () => {
  let ensemble: Ensemble
  beforeAll(async () => {
    ensemble = await Ensemble.start(['java'], { tickTime: 500, extra: { extendedTypesEnabled: true } })
  })
  afterAll(() => ensemble?.[Symbol.asyncDispose]())

  it('every line has the same answer', async () => {
    const { address } = ensemble.server(1)
    const expected = await transcript(address, '/run1', zkCli)
    expect(await transcript(address, '/run2', ...zk)).toEqual(expected)
  })

  it('one command has the same answer and the same code', () => {
    const { address } = ensemble.server(1)
    const run = (path: string, program: string, ...args: readonly string[]) =>
      commands.map((command) => {
        const words = command.replaceAll('@', path).split(' ')
        const { status, stdout, stderr } = spawnSync(program, [...args, '-server', address, ...words], { encoding: 'utf8' })
        return `${command}\n${masked(`${stdout}${stderr}`).replaceAll(path, '@')}${status}`
      })
    const expected = run('/one1', zkCli)
    expect(run('/one2', ...zk)).toEqual(expected)
  })
})

const commands = [
  'create @ x',
  'create @ x',
  'get @',
  'get @/none',
  'get',
  'set @ y',
  'set -v 7 @ z',
  'stat @',
  'ls @',
  'ls /none',
  'getAcl @',
  'setAcl @ world:anyone:cdrwa',
  'sync @',
  'getEphemerals',
  'getAllChildrenNumber @',
  'setquota -n 1 @',
  'listquota @',
  'delquota @',
  'delquota',
  'config',
  'reconfig -remove 1',
  'addauth digest u:p',
  'whoami',
  'addWatch @',
  'removewatches @',
  'history',
  'printwatches',
  'version',
  'version x',
  'redo 1',
  'delete @',
  'deleteall @',
  'bogus',
  'close',
  'quit',
]

/** Words of the session and of the logging library stand where chance puts them; the list of commands is compared elsewhere. */
function masked(text: string): string {
  return text
    .replace(/^SLF4J: .*\n/gm, '')
    .replace(/\nWATCHER::\n\nWatchedEvent .*\n/g, '')
    .replace(/^\t.*\n/gm, '')
    .replace(/^Not connected\n/gm, '')
    .replace(/(CLI version: [\d.]+).*/, '$1')
    .replace('[-w] [-b] [-x] path', '[-w] path')
    .replace(/0x[0-9a-f]+/g, '0x~')
    .replace(/time = .*/g, 'time = ~')
}
