/** How a command starts `zk-server` as another process. */
import { fileURLToPath } from 'node:url'

/** Node's arguments that run one server in the foreground with the configuration `file`. */
export function serverArguments(file: string): readonly string[] {
  const script = fileURLToPath(new URL(`./zk-server${extension}`, import.meta.url))
  // From source, Node needs tsx to read TypeScript; named by its path, so that any working folder will do.
  const loader = extension === '.ts' ? ['--import', import.meta.resolve('tsx')] : []
  return [...loader, script, 'start-foreground', file]
}

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
