/** `zk --json`: one line of JSON for each command on standard output, and nothing else there; binary data both ways. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ensemble } from '../support/servers.ts'
import { root } from '../support/source.ts'

describe('zk --json', () => {
  let ensemble: Ensemble
  beforeAll(async () => {
    ensemble = await Ensemble.start(['ours'], { tickTime: 500 })
  })
  afterAll(() => ensemble?.[Symbol.asyncDispose]())

  const zk = (input: string, ...words: readonly string[]) =>
    spawnSync(process.execPath, [join(root, 'bin/zk.js'), ...words, '-server', ensemble.server(1).address], { cwd: root, encoding: 'utf8', input })

  it('each command answers with one line', () => {
    const lines = ['create /j x', 'get /j', 'set -b /j /wA=', 'get /j', 'ls /', 'ls -R /j', 'delete /none', 'printwatches', 'bogus', 'delete /j']
    const { stdout } = zk(`printwatches off\n${lines.join('\n')}\nquit\n`, '-waitforconnection', '--json')
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((answer) => !('event' in answer))
    const stat = expect.objectContaining({ czxid: expect.stringMatching(/^0x/), ctime: expect.any(Number), numChildren: 0 })
    expect(answers).toEqual([
      {},
      { path: '/j', stat },
      { data: 'x', stat },
      { stat },
      { base64: '/wA=', stat },
      { children: ['j', 'zookeeper'], stat: expect.anything() },
      { paths: ['/j'] },
      { error: { code: 'NONODE', message: 'Node does not exist: /none' } },
      { printwatches: false },
      { error: { code: null, message: 'Command not found: Command not found bogus' } },
      {},
      {},
    ])
  })

  it('without --json, binary data are read and written as base64 and shown as a hex dump', () => {
    const { stdout } = zk('create /b x\nset -b /b AP8=\nget -b /b\nget -x /b\nset -b /b =\n')
    expect(stdout).toMatch(/^AP8=$/m)
    expect(stdout).toMatch(/^\|00000000\| 00 ff {43}\|\.\. {14}\|$/m)
  })

  it('-waitforconnection ends with 1 when there is no server', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'bin/zk.js'), '-waitforconnection', '-timeout', '300', '-server', '127.0.0.1:1', 'ls', '/'],
      {
        encoding: 'utf8',
      },
    )
    expect({ status, stderr }).toEqual({ status: 1, stderr: 'Error: no session with 127.0.0.1:1 within 300 ms\n' })
  })
})
