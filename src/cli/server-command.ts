/** How a command starts `zk-server` as another process. */
import path from 'node:path'
import { packageRoot } from '../hosts/node/index.ts'

/**
 * Node's arguments that run one server in the foreground with the configuration `file`. Node needs tsx to read TypeScript; both
 * are named by their paths, so that any working folder will do.
 */
export function serverArguments(file: string): readonly string[] {
  return ['--import', import.meta.resolve('tsx'), path.join(packageRoot(), 'src/cli/zk-server.ts'), 'start-foreground', file]
}
