#!/usr/bin/env node
// Runs the TypeScript source as it stands: tsx strips the types while Node loads it, so a fresh clone needs no build.
import { register } from 'tsx/esm/api'

register()
await import('../src/cli/zk-server.ts')
