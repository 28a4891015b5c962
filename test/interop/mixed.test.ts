import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java, python } from '../support/oracle.ts'
import { Ensemble, type Kind, type Server } from '../support/servers.ts'
import { root } from '../support/source.ts'

const otherKind: Record<Kind, Kind> = { java: 'ours', ours: 'java' }

describeWith([java, 'the package python3-kazoo'], 'Java servers and ours', () => {
  it.each<Kind>(['java', 'ours'])('a server of %s joins two of the other kind, follows, serves reads and passes writes on', async (joining) => {
    const kind = otherKind[joining]
    await using ensemble = await Ensemble.prepare([kind, kind, joining])
    const [one, two, newcomer] = ensemble.servers as [Server, Server, Server]
    one.start()
    two.start()
    await ensemble.serving()
    fill(one, '/before', 600)

    // It has nothing yet.
    newcomer.start()
    await ensemble.serving()
    expect(await newcomer.mode()).toBe('follower')
    sameTrees(ensemble)
    expect(tree(newcomer)).toContainEqual(expect.objectContaining({ path: '/before/n-00599' }))

    // Its writes go through the leader, and what others write reaches it.
    fill(newcomer, '/through', 50)
    fill(two, '/beside', 50)
    sameTrees(ensemble)

    // It comes back to an ensemble that went on without it for a while.
    await newcomer.kill()
    fill(one, '/meanwhile', 20)
    newcomer.start()
    await ensemble.serving()
    expect(await newcomer.mode()).toBe('follower')
    sameTrees(ensemble)

    // Without one of the two it is needed for every write.
    await (await ensemble.leader()).kill()
    await ensemble.serving()
    fill(newcomer, '/needed', 50)
    sameTrees(ensemble)
  })

  it.each<Kind>(['java', 'ours'])('a server of %s starts on the data folder of the other kind, with the same tree', async (heir) => {
    const kind = otherKind[heir]
    await using ensemble = await Ensemble.start([kind])
    const server = ensemble.server(1)
    fill(server, '/logged', 100)
    // A new start leaves a snapshot behind; what follows is in the log alone.
    await server.kill()
    server.start()
    await ensemble.serving()
    fill(server, '/again', 100)
    const before = tree(server)
    await server.kill()

    server.start(heir)
    await ensemble.serving()
    expect(tree(server)).toEqual(before)
    fill(server, '/inherited', 100)
    const after = tree(server)
    await server.kill('SIGTERM')

    // And back to where it came from.
    server.start(kind)
    await ensemble.serving()
    expect(tree(server)).toEqual(after)
  })

  it.each<Kind>(['java', 'ours'])('an ensemble of %s moves to the other kind server by server, on the same data', async (kind) => {
    await using ensemble = await Ensemble.start([kind, kind, kind])
    fill(ensemble.server(1), '/start', 100)
    for (const server of ensemble.servers) {
      await server.kill('SIGTERM')
      server.start(otherKind[kind])
      await ensemble.serving()
      fill(server, `/moved-${server.sid}`, 20)
      sameTrees(ensemble)
    }
    expect(tree(ensemble.server(1))).toContainEqual(expect.objectContaining({ path: '/start/n-00099' }))
  })
})

/** One znode: its path, data, ACL and every field of its Stat. */
interface Znode {
  readonly path: string
}

/** Everything that a server has after a sync, zxids and times included, but for the znodes that describe the server itself. */
function tree(server: Server): Znode[] {
  const lines = kazoo('dump', server.address).trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Znode).filter(({ path }) => !path.startsWith('/zookeeper'))
}

/** All servers that run have the same tree. */
function sameTrees(ensemble: Ensemble): void {
  const [first, ...others] = ensemble.servers.filter((server) => server.running)
  if (!first) throw new Error('no server runs')
  const expected = tree(first)
  for (const other of others) expect(tree(other)).toEqual(expected)
  expect(expected.length).toBeGreaterThan(1)
}

function fill(server: Server, path: string, count: number): void {
  kazoo('fill', server.address, path, String(count))
}

function kazoo(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(python, ['-B', join(root, 'test/interop/kazoo_tree.py'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`kazoo_tree.py ${args.join(' ')} ended with ${status}\n${stderr}`)
  return stdout
}
