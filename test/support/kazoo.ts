/** A scripted session of kazoo, ZooKeeper's client for Python. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { python } from './oracle.ts'
import { root } from './source.ts'

/** What a user of kazoo sees of a session with the servers (`host:port,…`), below a path of its own, which is told as `@`. */
export function kazooSession(servers: string, path: string): string {
  const script = join(root, 'test/interop/kazoo_session.py')
  const { stdout, stderr, status } = spawnSync(python, ['-B', script, servers, path], { encoding: 'utf8', timeout: 120_000 })
  if (status !== 0) throw new Error(`kazoo's session ended with ${status}\n${stdout}${stderr}`)
  return stdout.replaceAll(path, '@')
}
