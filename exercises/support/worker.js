// Where solutions run: a thread of their own, so that one that never ends can be ended. JavaScript, because it brings TypeScript in.
import { register } from 'node:module'
import { register as registerTsx } from 'tsx/esm/api'

registerTsx()
register(new URL('../../src/cli/swap-hooks.js', import.meta.url), { data: '' })
process.setSourceMapsEnabled(true)
await import('./run-checks.ts')
