import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { NodeDisk } from '../../src/hosts/node/index.ts'
import type { DiskOperation, DiskResult } from '../../src/storage/index.ts'
import { type DiskUnderTest, describeDisk } from '../support/disk-contract.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

/** A disk over fresh folders; `shared`: one for both lanes. */
function diskIn(shared: boolean): DiskUnderTest & { readonly root: string } {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'zk-disk-'))
  const [log, snap] = shared ? [root, root] : [path.join(root, 'log'), path.join(root, 'snap')]
  for (const folder of [log, snap]) fs.mkdirSync(folder, { recursive: true })
  const disk = new NodeDisk({ log, snap })
  return {
    root,
    perform: (operation: DiskOperation) => new Promise<DiskResult>((resolve) => disk.perform(operation, resolve)),
    dispose() {
      disk.close()
      fs.rmSync(root, { recursive: true })
    },
  }
}

describeDisk('a disk over two folders', () => diskIn(false))
describeDisk('a disk over one folder', () => diskIn(true))
describeDisk('the disk in memory', () => {
  const disk = new MemoryDisk()
  return { perform: async (operation) => disk.perform(operation), dispose() {} }
})

describe('a disk over folders', () => {
  it('tells why an operation failed and goes on with the next', async () => {
    const disk = diskIn(false)
    fs.mkdirSync(path.join(disk.root, 'log', 'log.1'))
    const write = (file: string) => disk.perform({ kind: 'write', file, position: 0, bytes: Uint8Array.of(1) })
    const [failure, success] = await Promise.all([write('log/log.1'), write('log/log.2')])
    expect(failure).toMatchObject({ kind: 'failed', message: expect.stringContaining('EISDIR') as string })
    expect(success).toEqual({ kind: 'done' })
    disk.dispose()
  })

  it('does not hold up the log while a snapshot is written', async () => {
    const disk = diskIn(false)
    const ended: string[] = []
    const tell = (name: string) => () => ended.push(name)
    const snapshot = disk.perform({ kind: 'write', file: 'snap/snapshot.1', position: 0, bytes: new Uint8Array(64 << 20) }).then(tell('snapshot'))
    const log = disk.perform({ kind: 'write', file: 'log/log.1', position: 0, bytes: Uint8Array.of(1) }).then(tell('log'))
    await Promise.all([snapshot, log])
    expect(ended).toEqual(['log', 'snapshot'])
    disk.dispose()
  })

  it('leaves a replaced file under its name alone', async () => {
    const disk = diskIn(false)
    await disk.perform({ kind: 'replace', file: 'snap/acceptedEpoch', bytes: Uint8Array.of(49) })
    expect(fs.readdirSync(path.join(disk.root, 'snap'))).toEqual(['acceptedEpoch'])
    disk.dispose()
  })
})
