// The README's example of the client, which imports from 'zookeeper-from-scratch' there. The address comes from the command line.
import { createClient } from '../../src/index.ts'

await using zk = createClient({ servers: process.argv[2] ?? 'localhost:2181' })
const { path } = await zk.create('/task-', { data: 'first', mode: 'EPHEMERAL_SEQUENTIAL' })
const { stat, watch } = await zk.getData(path, { watch: true })
await zk.setData(path, 'second', { version: stat.version })
console.log((await watch).type, (await watch).path)
const events = await zk.addWatch('/')
await zk.transaction().check(path, 1).create('/done').delete('/done').commit()
for await (const { type, path } of events) {
  console.log(type, path)
  if (type === 'NodeDeleted') break
}
