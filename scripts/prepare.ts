/** What `npm ci` does last: it puts both programs together as one file each, so that even their first start is a quick one. */
import { asOneFile } from '../src/cli/one-file.ts'

for (const program of ['server-words.ts', 'zk.ts']) await asOneFile(new URL(`../src/cli/${program}`, import.meta.url))
