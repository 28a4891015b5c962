"""Fills and shows trees. `kazoo_tree.py fill HOST:PORT ROOT COUNT` makes COUNT znodes and more below ROOT;
`kazoo_tree.py dump HOST:PORT` prints all that the server has, one line of JSON per znode, after a sync."""
import json
import sys

from kazoo.client import KazooClient
from kazoo.security import make_digest_acl, OPEN_ACL_UNSAFE

verb, hosts = sys.argv[1:3]
client = KazooClient(hosts=hosts, timeout=10)
client.start(timeout=30)


def fill(root, count):
    """Every kind of change that a log can hold for a client of this protocol level."""
    client.ensure_path(root)
    pending = [client.create_async('%s/n-%05d' % (root, i), b'x%d' % i) for i in range(count)]
    for result in pending:
        result.get()
    for i in range(5):
        client.create(root + '/q-', b'', sequence=True)
    client.create(root + '/bytes', bytes(range(256)))
    client.create(root + '/empty', b'')
    client.create(root + '/\u00e4\u20ac', 'unicode \u00e4'.encode())
    for i in range(3):
        client.set(root + '/bytes', b'version %d' % (i + 1))
    client.create(root + '/a/b/c', b'deep', makepath=True)
    client.create(root + '/guarded', b'', acl=[make_digest_acl('user', 'secret', read=True)] + OPEN_ACL_UNSAFE)
    client.set_acls(root + '/empty', [make_digest_acl('user', 'secret', all=True)] + OPEN_ACL_UNSAFE)
    client.create(root + '/gone', b'')
    client.delete(root + '/gone')
    # Its session ends in good order, and what it owned with it.
    brief = KazooClient(hosts=hosts, timeout=10)
    brief.start(timeout=30)
    brief.create(root + '/brief', b'', ephemeral=True)
    brief.stop()
    brief.close()


def dump(path):
    data, stat = client.get(path)
    acls, _ = client.get_acls(path)
    line = {'path': path, 'data': data.hex() if data is not None else None, 'acl': [repr(acl) for acl in acls]}
    line.update({field: getattr(stat, field) for field in stat._fields})
    print(json.dumps(line, sort_keys=True))
    for child in sorted(client.get_children(path)):
        dump('/' + child if path == '/' else path + '/' + child)


if verb == 'fill':
    fill(sys.argv[3], int(sys.argv[4]))
else:
    client.sync('/')
    dump('/')
client.stop()
client.close()
