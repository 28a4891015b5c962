/** zkCli.sh itself, every command of it: against the server of this repository the same text as against Apache ZooKeeper. */
import { expect, it } from 'vitest'
import { describeWith } from '../support/describe-with.ts'
import { java, zkCli } from '../support/oracle.ts'
import { Ensemble, type Kind } from '../support/servers.ts'
import { transcript } from './shell-transcript.ts'

async function on(kind: Kind): Promise<string[]> {
  await using ensemble = await Ensemble.start([kind], { tickTime: 500, extra: { extendedTypesEnabled: true } })
  return await transcript(ensemble.server(1).address, '/run', zkCli)
}

describeWith([java, 'the package zookeeper (zkCli.sh)'], 'zkCli.sh', () => {
  it('gets the same answer to every line from both servers', async () => {
    const expected = await on('java')
    expect(await on('ours')).toEqual(expected)
  })
})
