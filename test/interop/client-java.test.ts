import { describeWith } from '../support/describe-with.ts'
import { java } from '../support/oracle.ts'
import { clientSuite } from './client-suite.ts'

describeWith([java], 'the client, against Apache ZooKeeper 3.8.0', () => clientSuite('java'))
