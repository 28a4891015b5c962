"""A scripted session of kazoo: `kazoo_session.py HOST:PORT ROOT`. Prints what a user of kazoo sees, one line per step."""
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException

hosts, root = sys.argv[1:]


def show(step, result):
    print('%s: %s' % (step, result))


def attempt(step, call, *args, **kwargs):
    try:
        show(step, call(*args, **kwargs))
    except KazooException as error:
        show(step, type(error).__name__)


def stat(s):
    """The fields of a Stat that do not depend on when the session ran; zxids and times as how they compare."""
    return 'version %d cversion %d aversion %d length %d children %d %s %s %s %s' % (
        s.version, s.cversion, s.aversion, s.dataLength, s.numChildren,
        'ephemeral' if s.ephemeralOwner else 'persistent',
        'unmodified' if s.mzxid == s.czxid else 'modified' if s.mzxid > s.czxid else 'WRONG mzxid',
        'childless' if s.pzxid == s.czxid else 'parent' if s.pzxid > s.czxid else 'WRONG pzxid',
        'in order' if 0 < s.ctime <= s.mtime else 'WRONG times')


class Watch:
    """Waits for the one event of a watch."""

    def __init__(self):
        self.fired = threading.Event()

    def __call__(self, event):
        self.event = event
        self.fired.set()

    def show(self, step):
        show(step, '%s %s %s' % (self.event.type, self.event.state, self.event.path) if self.fired.wait(30) else 'no event')


client = KazooClient(hosts=hosts, timeout=10)
states = []
client.add_listener(lambda state: states.append(state))
client.start(timeout=30)

attempt('create', client.create, root, b'hello')
attempt('create again', client.create, root, b'hello')
attempt('create below nothing', client.create, root + '/none/x', b'')
data, s = client.get(root)
show('get', data)
show('get stat', stat(s))
attempt('get nothing', client.get, root + '/none')
show('exists', stat(client.exists(root)))
attempt('exists nothing', client.exists, root + '/none')

on_data, on_children, on_exists = Watch(), Watch(), Watch()
show('get with watch', client.get(root, watch=on_data)[0])
show('set', stat(client.set(root, b'world')))
on_data.show('data watch')
show('get changed', client.get(root)[0])
attempt('set with wrong version', client.set, root, b'', version=7)
show('set with right version', stat(client.set(root, b'\x00\xff\xc3\xa4', version=1)))
show('get bytes', client.get(root)[0])

show('ls with watch', client.get_children(root, watch=on_children))
show('sequential', client.create(root + '/q-', b'', sequence=True))
on_children.show('child watch')
show('sequential', client.create(root + '/q-', b'', sequence=True))
show('ephemeral', client.create(root + '/e', b'mine', ephemeral=True))
show('sequential after ephemeral', client.create(root + '/q-', b'', sequence=True))
show('ephemeral sequential', client.create(root + '/es-', b'', ephemeral=True, sequence=True))
owner = client.exists(root + '/e').ephemeralOwner
show('owned by this session', owner == client.client_id[0])
attempt('below an ephemeral', client.create, root + '/e/x', b'')
show('ls', sorted(client.get_children(root)))
children, s = client.get_children(root, include_data=True)
show('ls with stat', '%d: %s' % (len(children), stat(s)))

show('exists with watch', client.exists(root + '/later', watch=on_exists))
show('create with stat', '%s %s' % (lambda r: (r[0], stat(r[1])))(client.create(root + '/later', b'now', include_data=True)))
on_exists.show('exists watch')
gone = Watch()
client.exists(root + '/later', watch=gone)
attempt('delete with wrong version', client.delete, root + '/later', version=3)
attempt('delete', client.delete, root + '/later')
gone.show('watch of what is deleted')
attempt('delete nothing', client.delete, root + '/later')
attempt('delete a parent', client.delete, root)
acls, s = client.get_acls(root)
show('acl', acls)
show('sync', client.sync(root))
client.stop()
client.close()
show('states', states)

other = KazooClient(hosts=hosts, timeout=10)
other.start(timeout=30)
show('ls after close', sorted(other.get_children(root)))
show('stat after close', stat(other.exists(root)))
other.stop()
other.close()
