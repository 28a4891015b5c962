/** Claims about what is on the disk, and how large anything may be. */
import type { ZooKeeper } from '../../src/client/index.ts'
import { formatId } from '../../src/kernel/index.ts'
import { snapshotFiles } from '../../src/storage/index.ts'
import { oneSale } from '../08-storage/one-sale.ts'
import { columns } from '../support/columns.ts'
import type { Claim, Topic } from './claim.ts'
import type { Run } from './run.ts'

const MIB = 2 ** 20

const logAndTransfer: Claim = {
  number: 15,
  claim: 'A log that is written ahead, and state transfer, keep the data safe',
  verdict: 'true',
  truth: 'What is confirmed is in the logs of a quorum, synced. Who was away is brought to the history of the leader by DIFF, SNAP or TRUNC.',
  evidence: async (run) => {
    const { operations } = oneSale(1n, true, 'told')
    const cuts = [
      ...operations.map((_, i) => oneSale(1n, true, i + 1)),
      ...Array.from({ length: 10 }, (_, i) => oneSale(BigInt(i + 1), true, 'told')),
    ]
    const lost = cuts.filter(({ told, kept }) => told && !kept).length
    run.found(
      lost === 0,
      `a sale, and the power fails at each of its ${operations.length} disk operations and, 10 times, right behind the answer: ${lost} confirmed sales are lost`,
    )
    await run.open({ settings: { commitLogCount: 5 } })
    for (const [missed, ahead] of [
      [3, false],
      [30, false],
      [0, true],
    ] as const) {
      const { way, same } = await comeBack(run, missed, ahead)
      const what = ahead ? 'with one transaction that nobody else has' : `${missed} transactions behind`
      run.found(same, `a server comes back ${what}: ${way}, and its tree is ${same ? 'that of the leader' : 'ANOTHER ONE'}`)
    }
  },
}

const leaderSnapshots: Claim = {
  number: 41,
  claim: 'It is the leader that takes the snapshots',
  verdict: 'false',
  truth: 'Every server takes its own, when it is its time, and goes on serving. That they differ does no harm: the log makes them whole.',
  evidence: async (run) => {
    await run.open({ settings: { snapCount: 40 } })
    const app = await run.client('app', [run.leader])
    for (let i = 0; i < 12; i++) await run.answer(Promise.all(Array.from({ length: 10 }, (_, k) => app.create(`/seat-${10 * i + k}`))))
    await run.wait(200)
    const rows = run.ensemble.members.map(({ name, serving }) => {
      const files = snapshotFiles(run.ensemble.world.diskOf(name).list()).map(({ zxid }) => formatId(zxid))
      return { name, role: serving?.role ?? '-', files, hash: run.peer(name).database.hash().slice(0, 12) }
    })
    run.show(
      columns([
        ['', '', 'snapshots on its disk', 'hash of its tree'],
        ...rows.map(({ name, role, files, hash }) => [name, role, files.join(' '), hash]),
      ]),
    )
    const followers = rows.filter(({ role }) => role === 'follower')
    run.found(
      followers.every(({ files }) => files.length === 0),
      `the followers have taken ${followers.map(({ files }) => files.length).join(' and ')}`,
    )
    run.found(
      new Set(rows.map(({ files }) => files.join())).size === 1,
      `${new Set(rows.map(({ files }) => files.join())).size} of 3 sets of snapshots are different, ${new Set(rows.map(({ hash }) => hash)).size} tree is the same on all`,
    )
  },
}

const longPaths: Claim = {
  number: 9,
  claim: 'Paths may be 1 MB long',
  verdict: 'false',
  truth: 'No rule says how long a path may be. It has to fit into a packet, with the data, and a packet has less than 1 MiB (jute.maxbuffer).',
  evidence: async (run) => {
    const app = await alone(run)
    const whole = await run.outcome(app.create(`/${'p'.repeat(MIB - 1)}`))
    run.found(whole === 'ok', `a path of ${MIB} characters: ${whole}`)
    const without = await longest(run, (size) => app.create(`/${'p'.repeat(size - 1)}`))
    const withData = await longest(run, (size) => app.create(`/${'d'.repeat(size - 1)}`, { data: new Uint8Array(1000) }))
    run.found(without === withData, `the longest path is ${without} without data, and ${withData} with 1000 bytes of data`)
  },
}

const dataSize: Claim = {
  number: 32,
  claim: 'A znode may hold 1 MB',
  verdict: 'half',
  truth: 'The limit is 0xfffff bytes for a whole packet: data, path, ACL and header. So a little less than 1 MiB, and it can be set.',
  evidence: async (run) => {
    const app = await alone(run)
    const million = await run.outcome(app.create('/million', { data: new Uint8Array(1_000_000) }))
    run.found(million === 'ok', `1,000,000 bytes: ${million}`)
    const mebi = await run.outcome(app.create('/mebi', { data: new Uint8Array(MIB) }))
    run.found(mebi === 'ok', `1 MiB, that is ${MIB} bytes: ${mebi}`)
    const most = await longest(run, (size) => app.create(`/d${size}`, { data: new Uint8Array(size) }))
    const less = await longest(run, (size) => app.create(`/d${size}-${'p'.repeat(1000)}`, { data: new Uint8Array(size) }))
    run.found(most === less, `the most is ${most} bytes at a path of 9 characters, ${less} at one of 1010`)
  },
}

export const storage: Topic = { name: 'Disks and sizes', claims: [logAndTransfer, leaderSnapshots, longPaths, dataSize] }

/** A follower is away while the others sell, or logs something that nobody hears of; then it is brought up to date. */
async function comeBack(run: Run, missed: number, ahead: boolean): Promise<{ way: string; same: boolean }> {
  const [away] = ahead ? [run.leader] : run.followers
  const name = away as string
  const others = run.ensemble.members.map((member) => member.name).filter((other) => other !== name)
  const app = await run.client(`app-${missed}-${ahead}`, ahead ? [name] : [run.leader], { timeout: 10_000 })
  if (ahead) {
    for (const other of others) run.ensemble.world.network.block(name, other)
    run.begun(app.create('/nobody-has-heard-of-it'))
    await run.wait(200)
  }
  run.ensemble.world.crash(name, 'power')
  await run.gathered()
  if (missed > 0) await run.answer(Promise.all(Array.from({ length: missed }, (_, i) => app.create(`/missed-${missed}-${i}`))))
  run.ensemble.world.network.heal()
  const before = run.said('DIFF', 'TRUNC', 'SNAP').length
  run.ensemble.world.start(name)
  await run.gathered()
  await run.wait(200)
  const way = run
    .said('DIFF', 'TRUNC', 'SNAP')
    .slice(before)
    .map((said) => said.name)
  return { way: way.join(' and '), same: run.peer(name).database.hash() === run.peer(run.leader).database.hash() }
}

/** A client of one server. What a million bytes look like in a trace nobody wants to know. */
async function alone(run: Run): Promise<ZooKeeper> {
  await run.open({ servers: 1 })
  const app = await run.client('app', ['s1'])
  run.ensemble.world.onStep = null
  return app
}

/** The greatest size with which a call succeeds. */
async function longest(run: Run, call: (size: number) => Promise<unknown>): Promise<number> {
  let [good, bad] = [1, MIB]
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if ((await run.outcome(call(middle))) === 'ok') good = middle
    else bad = middle
  }
  return good
}
