/** The operations of the client protocol. Source: `ZooDefs.OpCode`. */
export const OpCode = {
  notification: 0,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  createSession: -10,
  closeSession: -11,
  error: -1,
} as const
/** The name of an operation. */
export type OpCodeName = keyof typeof OpCode
export type OpCode = (typeof OpCode)[OpCodeName]

/** Request numbers with a meaning of their own. */
export const XID_NOTIFICATION = -1
/** The request number of every ping, and of its reply. */
export const XID_PING = -2
/** The request number of an {@link AuthPacket}, and of its reply. */
export const XID_AUTH = -4
/** The request number of {@link SetWatches}, and of its reply. */
export const XID_SET_WATCHES = -8

/** The kinds of node to create, as flags on the wire. Source: `CreateMode`. */
export const CreateMode = {
  PERSISTENT: 0,
  EPHEMERAL: 1,
  PERSISTENT_SEQUENTIAL: 2,
  EPHEMERAL_SEQUENTIAL: 3,
  CONTAINER: 4,
  PERSISTENT_WITH_TTL: 5,
  PERSISTENT_SEQUENTIAL_WITH_TTL: 6,
} as const
/** The name of a kind of node. */
export type CreateModeName = keyof typeof CreateMode

/** What a watch saw. Source: `Watcher.Event.EventType`. */
export const EventType = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
  DataWatchRemoved: 5,
  ChildWatchRemoved: 6,
  PersistentWatchRemoved: 7,
} as const
/** The name of what a watch saw. */
export type EventTypeName = keyof typeof EventType

/** The state named in a watch event; a server only ever sends SyncConnected. Source: `Watcher.Event.KeeperState`. */
export const KeeperState = {
  Unknown: -1,
  Disconnected: 0,
  NoSyncConnected: 1,
  SyncConnected: 3,
  AuthFailed: 4,
  ConnectedReadOnly: 5,
  SaslAuthenticated: 6,
  Closed: 7,
  Expired: -112,
} as const
/** The name of a state in a watch event. */
export type KeeperStateName = keyof typeof KeeperState
