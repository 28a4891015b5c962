/** The README's example of the client runs, and prints what the README says. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Ensemble } from '../support/servers.ts'
import { root } from '../support/source.ts'

test('the example of the README runs to its end', async () => {
  await using ensemble = await Ensemble.start(['ours'], { tickTime: 500 })
  const program = ['--import', 'tsx', join(root, 'test/interop/use-the-client.ts'), ensemble.connectString]
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe('NodeDataChanged /task-0000000000\nNodeCreated /done\nNodeDeleted /done\n')
  expect(status).toBe(0)
})
