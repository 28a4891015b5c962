/** `zk-server`: what it does stands in `server-words.ts`; this file only makes it start quickly. */
import { asOneFile } from './one-file.ts'

await import(await asOneFile(new URL('./server-words.ts', import.meta.url)))
