#!/usr/bin/env node
// Runs the TypeScript source as it stands: tsx strips the types while Node loads it, so a fresh clone needs no build.
import { register } from 'tsx/esm/api'

register()
const { asOneFile } = await import('../src/cli/one-file.ts')
await import(await asOneFile(new URL('../src/cli/zk.ts', import.meta.url)))
