import { describe } from 'vitest'
import { clientSuite } from './client-suite.ts'

describe('the client, against the server of this repository', () => clientSuite('ours'))
