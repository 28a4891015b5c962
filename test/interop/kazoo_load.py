"""Clients that go on working while servers die: `kazoo_load.py HOST:PORT,HOST:PORT…`

A writer creates one znode after the other and prints `ack N STARTED ENDED` (seconds of the monotonic clock) for each that was
acknowledged; a reader syncs and reads what was acknowledged and prints `read N`, or `STALE N`. Commands on standard input:

  fire K     sets /watched, and waits until another session,     -> fired K, or what is wrong
             which watches it, has seen that; checks that this
             session's ephemeral is there
  verify     stops writing; asks each server alone for all       -> verified SERVER COUNT, or MISSING …; then done
             that was acknowledged
"""
import logging
import sys
import threading
import time

from kazoo.client import KazooClient
from kazoo.exceptions import KazooException, NodeExistsError, NoNodeError
from kazoo.retry import KazooRetry

hosts = sys.argv[1]
logging.disable(logging.CRITICAL)
printing = threading.Lock()
acknowledged = []
stopping = threading.Event()


def say(text):
    with printing:
        print(text, flush=True)


def again():
    """Tries again at once and for ever: what is measured is the servers, not the patience of a client."""
    return KazooRetry(max_tries=-1, delay=0.02, backoff=1, max_jitter=0.01, max_delay=0.05)


def session(name):
    # The longest that servers with ticks of two seconds grant: on a busy machine a client itself may be held up for long.
    client = KazooClient(hosts=hosts, timeout=40, connection_retry=again(), command_retry=again())
    client.add_listener(lambda state: say('LOST %s' % name) if state == 'LOST' and not stopping.is_set() else None)
    client.start(timeout=60)
    return client


def write():
    client = session('writer')
    n = 0
    while not stopping.is_set():
        n += 1
        path = '/load/w-%06d' % n
        started = time.monotonic()
        while True:
            try:
                client.create(path, b'%d' % n)
                break
            except NodeExistsError:
                break  # An earlier try was committed, its answer lost.
            except KazooException:
                started = time.monotonic()
                time.sleep(0.01)
        acknowledged.append(n)
        say('ack %d %f %f' % (n, started, time.monotonic()))
        time.sleep(0.003)
    client.stop()


def read():
    client = session('reader')
    while not stopping.is_set():
        if acknowledged:
            n = acknowledged[-1]
            try:
                client.sync('/load')
                client.get('/load/w-%06d' % n)
                say('read %d' % n)
            except NoNodeError:
                say('STALE %d' % n)
            except KazooException:
                pass
        time.sleep(0.02)
    client.stop()


def persist(call, *args, **kwargs):
    """Calls until the connection holds."""
    while True:
        try:
            return call(*args, **kwargs)
        except (NodeExistsError, NoNodeError):
            raise
        except KazooException:
            time.sleep(0.01)


def verify():
    stopping.set()
    for thread in threads:
        thread.join()
    for server in hosts.split(','):
        client = KazooClient(hosts=server, timeout=20, connection_retry=again())
        client.start(timeout=60)
        client.sync('/load')
        there = set(client.get_children('/load'))
        lost = [n for n in acknowledged if 'w-%06d' % n not in there]
        wrong = [n for n in acknowledged[-200:] if n not in lost and client.get('/load/w-%06d' % n)[0] != b'%d' % n]
        say('MISSING on %s: %s' % (server, (lost + wrong)[:10]) if lost or wrong else 'verified %s %d' % (server, len(acknowledged)))
        client.stop()
    say('done')


watcher, setter = session('watcher'), session('setter')
mine = watcher.client_id[0]
watcher.create('/load')
watcher.create('/watched')
watcher.create('/alive', ephemeral=True)
threads = [threading.Thread(target=write), threading.Thread(target=read)]
for thread in threads:
    thread.start()

seen, seeing = b'', threading.Condition()


@watcher.DataWatch('/watched')
def saw(data, stat):
    global seen
    with seeing:
        seen = data
        seeing.notify_all()


for line in sys.stdin:
    verb, _, k = line.strip().partition(' ')
    if verb == 'fire':
        owner = persist(setter.exists, '/alive')
        if owner is None or owner.ephemeralOwner != mine:
            say('LOST the ephemeral')
        persist(setter.set, '/watched', k.encode())
        with seeing:
            say('fired %s' % k if seeing.wait_for(lambda: seen == k.encode(), 30) else 'SILENT watch %s' % k)
    elif verb == 'verify':
        verify()
        break
watcher.stop()
setter.stop()
