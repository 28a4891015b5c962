/**
 * # zookeeper-from-scratch/testing: an ensemble for your own tests
 *
 *     import { createClient } from 'zookeeper-from-scratch'
 *     import { startEnsemble } from 'zookeeper-from-scratch/testing'
 *
 *     await using ensemble = await startEnsemble({ servers: 3 })
 *     await using zk = createClient({ servers: ensemble.connectString })
 *
 *     const leader = await ensemble.leader()
 *     await leader.kill()                          // the others elect a new one
 *     leader.start()                               // on the data that it had
 *     await ensemble.serving()
 *     ensemble.server(2).partition()               // cut off from the other servers, not from its clients
 *     ensemble.server(2).heal()
 *     await ensemble.expireSession(zk.state().sessionId)
 *
 * The servers run in this process, on real ports of 127.0.0.1, and are those of this repository: what your program meets here
 * it meets in production. An ensemble of three is up in about half a second.
 *
 * @packageDocumentation
 */
export { startEnsemble, TestEnsemble, type TestEnsembleOptions, TestServer } from './hosts/node/index.ts'
