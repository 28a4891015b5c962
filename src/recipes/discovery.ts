/** Services and where they run: groups whose members say how to reach them. */
import { type CallOptions, type Data, untilAnswered, type ZooKeeper } from '../client/index.ts'
import { Group } from './group.ts'
import type { Place } from './place.ts'
import { unless } from './support.ts'

/** One running instance of a service. */
export interface Instance {
  readonly id: string
  /** How to reach it, as it has said itself. */
  readonly data: Uint8Array | null
}

/** All services below one path. */
export class ServiceRegistry {
  private readonly zk: ZooKeeper
  private readonly path: string

  constructor(zk: ZooKeeper, path: string) {
    this.zk = zk
    this.path = path
  }

  /** Announces an instance for as long as the session lives; then it is `lost`, and another session has to announce it. */
  register(service: string, id: string, data: Data, options?: CallOptions): Promise<Place> {
    return new Group(this.zk, `${this.path}/${service}`).join(id, data, options)
  }

  /** The instances of a service, now and after each change. Whoever has no connection goes on with the last list. */
  async *instances(service: string, options: CallOptions = {}): AsyncGenerator<readonly Instance[], void, void> {
    const { zk } = this
    for await (const ids of new Group(zk, `${this.path}/${service}`).members(options)) {
      const read = async (id: string): Promise<Instance[]> => {
        const node = await untilAnswered(zk, () => unless('NONODE', zk.getData(`${this.path}/${service}/${id}`, options)), options)
        return node === undefined ? [] : [{ id, data: node.data }]
      }
      yield (await Promise.all(ids.map(read))).flat()
    }
  }
}
