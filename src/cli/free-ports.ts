import net from 'node:net'

/** `count` ports of `host` that nobody listens on, from `first` up. They are added to `used`, and none that is there is taken. */
export async function freePorts(host: string, first: number, count: number, used: Set<number>): Promise<number[]> {
  const ports: number[] = []
  for (let port = first; ports.length < count; port++) {
    if (port > 65535) throw new RangeError(`no ${count} free ports from ${first} up: choose a lower --port`)
    if (used.has(port) || !(await isFree(host, port))) continue
    used.add(port)
    ports.push(port)
  }
  return ports
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}
