/**
 * Our shell beside zkCli.sh, on one Java server: the same lines, the same text. Masked is what no two runs share (zxids, times,
 * the session's path); left out is what differs on purpose, listed in `src/cli/zk.ts`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java, zkCli } from '../support/oracle.ts'
import { Ensemble } from '../support/servers.ts'
import { Shell } from '../support/shell.ts'
import { root } from '../support/source.ts'

/** `@` is the path that a run has to itself. A line that causes a watch event names it, so that the run waits for it. */
const lines: readonly (string | readonly [line: string, event: string])[] = [
  'create @ "hello world"',
  'create @',
  'create @/none/x',
  'create -e @/e x',
  'create @/e/f',
  'create -s @/s- 1',
  'create -e -s @/es- 2',
  'create -se @/es- 2',
  'create -c @/c',
  'create -c -e @/bad',
  'create -t x @/bad',
  'create -t 1.5 @/bad',
  'create -t 5 -e @/bad',
  'create -t 5 -c @/bad',
  'create -t 0 @/bad',
  'create -t -1 @/bad',
  'create -t 5 @/ttl',
  'create',
  'create @/slash/',
  'create -s @/none/',
  'create @/quoted "a  b" world:anyone:cdrwa',
  'get @/quoted',
  "create @/empty ''",
  'get @/empty',
  'get @',
  '  get   -s   @  ',
  'get @/c',
  'get @/none',
  'get',
  'get @ watch',
  'get -w @',
  ['set @ newdata', 'NodeDataChanged'],
  'set -s @ other',
  'set @ other -s',
  'set -v 99 @ other',
  'set @',
  'set @/none x',
  'stat @',
  'stat @/none',
  'stat',
  'ls @',
  'ls -R @',
  'ls -s @',
  'ls',
  'ls @/none',
  'ls a',
  'ls @/',
  'ls @//b',
  'ls -?',
  'ls -w @',
  ['create @/watched', 'NodeChildrenChanged'],
  'stat -w @/later',
  ['create @/later', 'NodeCreated'],
  'getAcl @',
  'getAcl -s @',
  'addauth digest u:p',
  'whoami',
  'create @/auth d auth::cdrwa',
  'getAcl @/auth',
  'create @/acl d digest:x:y,world:anyone:cdrwa',
  'setAcl @/c bad,world:anyone:cdrwz',
  'setAcl @/c ip:bad:r',
  'getAcl @/c',
  'setAcl -R @/quoted world:anyone:cdrwa',
  'setAcl -s @ world:anyone:cdrwa',
  'setAcl @/quoted world:anyone:r',
  'set @/quoted z',
  'setAcl @/quoted world:anyone:cdrwa',
  'delete @',
  'delete',
  'delete -v 7 @/c',
  'delete @/none',
  'delete @/later 3',
  'delete /',
  'getAllChildrenNumber @',
  'getAllChildrenNumber @/none',
  'getAllChildrenNumber',
  'getEphemerals @/es-0000000003',
  'getEphemerals @/none',
  'sync @',
  'sync',
  'addWatch',
  'addWatch -m BAD @',
  'addWatch -m persistent @/c',
  'addWatch @',
  ['set @/c x', 'NodeDataChanged'],
  ['removewatches @', 'PersistentWatchRemoved'],
  'removewatches @',
  'removewatches @/c -d',
  'removewatches',
  'create @/deep',
  'create @/deep/er',
  'deleteall @/deep',
  'deleteall @/none',
  'deleteall',
  'printwatches off',
  'printwatches on',
  'history',
  'redo 24',
  'redo 10000',
  'version x',
  'close',
]

async function transcript(address: string, path: string, program: string, ...args: readonly string[]): Promise<string[]> {
  await using shell = new Shell(program, ...args, '-server', address)
  await shell.heard(/state:SyncConnected type:None .*\n/)
  const steps: string[] = []
  for (const step of lines) {
    const [line, event] = typeof step === 'string' ? [step] : step
    shell.say(line.replaceAll('@', path))
    const seen = event === undefined ? '' : await shell.heard(new RegExp(`type:${event} .*\\n`))
    // An answer of its own that only a shell that is done with the line before can give.
    shell.say('printwatches')
    const rest = await shell.heard(/printwatches is (on|off)\n/)
    steps.push(
      `${line}\n${eventsLast(seen + rest)
        .replaceAll(path, '@')
        .replace(/0x[0-9a-f]+/g, '0x~')
        .replace(/time = .*/g, 'time = ~')}`,
    )
  }
  return steps
}

/** zkCli.sh prints events from a thread of its own, so where they stand among the other lines is chance. */
function eventsLast(text: string): string {
  const events = text.match(/\nWATCHER::\n\nWatchedEvent .*\n/g) ?? []
  return [text.replace(/\nWATCHER::\n\nWatchedEvent .*\n/g, ''), ...events].join('')
}

const zk = [process.execPath, join(root, 'bin/zk.js')] as const

describeWith([java, 'the package zookeeper (zkCli.sh)'], 'zk beside zkCli.sh', () => {
  let ensemble: Ensemble
  beforeAll(async () => {
    ensemble = await Ensemble.start(['java'], { tickTime: 500 })
  })
  afterAll(() => ensemble?.[Symbol.asyncDispose]())

  it('every line has the same answer', async () => {
    const { address } = ensemble.server(1)
    const expected = await transcript(address, '/run1', zkCli)
    expect(await transcript(address, '/run2', ...zk)).toEqual(expected)
  })

  it.each([['ls /'], ['ls /none'], ['bogus'], ['get'], ['version x'], ['quit']])('one command ends with the same code: %s', (command) => {
    const { address } = ensemble.server(1)
    const run = (program: string, ...args: readonly string[]) =>
      spawnSync(program, [...args, '-server', address, ...command.split(' ')], { encoding: 'utf8' })
    const [theirs, ours] = [run(zkCli), run(...zk)]
    expect(ours.status).toBe(theirs.status)
    if (command.startsWith('ls')) expect(ours.stdout).toBe(theirs.stdout)
  })
})
