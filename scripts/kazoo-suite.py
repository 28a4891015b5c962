#!/usr/bin/env python3
"""Runs kazoo's own test suite against Debian's Java ZooKeeper 3.8.0 and against this server, and lays the counts side by side.

    scripts/kazoo-suite.py <kazoo checkout> [--only java|ours] [--reuse <folder>] [--keep <folder>] [-- words for pytest]

kazoo's harness starts its three servers itself, with the command `java … QuorumPeerMain zoo.cfg`. So this puts a command `java`
of its own in front: for ours it starts `zk-server start-foreground` with the same zoo.cfg and hands the -D words on in JVMFLAGS.
What kazoo needs is installed into a virtual environment in a temporary folder. The exit code is 1 when a test that passes on
Java does not pass on ours, unless it stands below as open.
"""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["pytest", "pytest-timeout", "pyjks", "pyOpenSSL<24.3", "objgraph", "pure_sasl", "gevent", "eventlet", "setuptools"]

# Debian's jar names its libraries itself, but not all that its Netty needs, which serves kazoo's TLS port.
JARS = ["zookeeper", "netty-codec", "netty-resolver", "netty-transport-native-unix-common", "slf4j-log4j12", "log4j-1.2"]
CLASSPATH = ":".join(f"/usr/share/java/{name}.jar" for name in JARS)

OPTIONS = ["-p", "no:cacheprovider", "-o", "log_cli=false", "--color=no"]
# How long a file of tests may take, in seconds.
PATIENCE = 300

# What a difference is allowed in, and why. Each is a substring of `module.Class.test`.
OPEN = {
    "TestReconfig": "dynamic reconfiguration does not exist yet",
}

# kazoo writes key stores as Java reads them; ours gets the same keys and certificates as PEM.
WRAPPER = r"""#!{python}
import base64, os, pathlib, sys
import jks

def pem(kind, der):
    return f"-----BEGIN {{kind}}-----\n{{base64.encodebytes(der).decode()}}-----END {{kind}}-----\n"

def as_pem(store):
    entries = jks.KeyStore.load(store, "apassword")
    text = "".join(pem("CERTIFICATE", entry.cert) for entry in entries.certs.values())
    for entry in entries.private_keys.values():
        text += pem("PRIVATE KEY", entry.pkey_pkcs8) + "".join(pem("CERTIFICATE", der) for _, der in entry.cert_chain)
    target = pathlib.Path(store).with_suffix(".pem")
    target.write_text(text)
    return str(target)

words = sys.argv[1:]
config = pathlib.Path(words[-1])
os.environ["JVMFLAGS"] = " ".join(word for word in words if word.startswith("-D"))
lines = []
for line in config.read_text().splitlines():
    key, _, value = line.partition("=")
    if key in ("ssl.keyStore.location", "ssl.trustStore.location") and value.endswith(".jks"):
        line = f"{{key}}={{as_pem(value)}}"
    lines.append(line)
config.write_text("\n".join(lines) + "\n")
log = os.open(config.with_name("zookeeper.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.dup2(log, 1)
os.dup2(log, 2)
os.chdir({root!r})
os.execv({node!r}, [{node!r}, "--import", "tsx", "src/cli/zk-server.ts", "start-foreground", str(config)])
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("checkout", type=Path)
    arguments.add_argument("--only", choices=["java", "ours"])
    arguments.add_argument("--reuse", type=Path, help="results of an earlier run against Java, in place of running it again")
    arguments.add_argument("--keep", type=Path, help="a folder for the virtual environment, results and logs")
    arguments.add_argument("pytest", nargs="*", help="words for pytest, after --: `-k connection` takes some tests only")
    given = arguments.parse_intermixed_args()
    folder = (given.keep or Path(tempfile.mkdtemp(prefix="kazoo-suite-"))).resolve()
    try:
        return compare(given, folder)
    finally:
        if given.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def compare(given, folder):
    folder.mkdir(parents=True, exist_ok=True)
    python = environment_in(folder)
    results = {}
    for kind in ["java", "ours"]:
        if given.only not in (None, kind):
            continue
        reused = given.reuse if kind == "java" else None
        results[kind] = read(reused or run(kind, given.checkout.resolve(), folder, python, given.pytest))
    return report(results)


def environment_in(folder):
    python = folder / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def run(kind, checkout, folder, python, words):
    results = folder / kind
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "ZOOKEEPER_VERSION": "3.8.0",
        "ZOOKEEPER_CLASSPATH": os.environ.get("ZOOKEEPER_CLASSPATH", CLASSPATH),
        "ZOOKEEPER_PORT_OFFSET": "26000" if kind == "java" else "26500",
    }
    if kind == "ours":
        tools = folder / "bin"
        tools.mkdir(exist_ok=True)
        (tools / "java").write_text(WRAPPER.format(python=python, root=str(ROOT), node=shutil.which("node")))
        (tools / "java").chmod(0o755)
        environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
    print(f"== kazoo's tests against {kind}, output in {kind}.out", flush=True)
    results.mkdir(exist_ok=True)
    for former in results.glob("*.xml"):
        former.unlink()
    with open(folder / f"{kind}.out", "w") as output:
        for tests in sorted(checkout.glob("kazoo/tests/test_*.py")):
            result = results / f"{tests.stem}.xml"
            run_file([python, "-m", "pytest", *OPTIONS, f"--junitxml={result}", tests, *words], checkout, environment, output)
    return results


def run_file(command, checkout, environment, output):
    """One file of tests in a process of its own: a client that waits for ever takes no more than its file with it."""
    process = subprocess.Popen(command, cwd=checkout, env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        output.write(f"\n{command[-1]} did not end\n")
    finally:
        # Also the servers that a test which was broken off has left.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def read(results):
    """Test -> passed, failed or skipped."""
    outcomes = {}
    for case in (case for result in sorted(results.glob("*.xml")) for case in ElementTree.parse(result).iter("testcase")):
        name = f"{case.get('classname')}.{case.get('name')}"
        children = {child.tag for child in case}
        outcome = "failed" if children & {"failure", "error"} else "skipped" if "skipped" in children else "passed"
        # A test that passes and whose clean-up fails is told twice.
        if outcomes.get(name) != "failed":
            outcomes[name] = outcome
    return outcomes


def report(results):
    for kind, outcomes in results.items():
        counts = Counter(outcomes.values())
        print(f"{kind:5} {counts['passed']:4} passed {counts['failed']:4} failed {counts['skipped']:4} skipped, of {len(outcomes)}")
    if len(results) < 2:
        for name, outcome in sorted(*(outcomes.items() for outcomes in results.values())):
            if outcome == "failed":
                print(f"  failed: {name}")
        return 0
    java, ours = results["java"], results["ours"]
    lost = [name for name in sorted(java) if java[name] == "passed" and ours.get(name) != "passed"]
    gained = [name for name in sorted(ours) if ours[name] == "passed" and java.get(name) != "passed"]
    print(f"\npass on Java and not on ours: {len(lost)}")
    unexplained = 0
    for name in lost:
        reason = next((why for part, why in OPEN.items() if part in name), None)
        unexplained += reason is None
        print(f"  {name}: {ours.get(name, 'did not run')}{f' (open: {reason})' if reason else ''}")
    print(f"pass on ours and not on Java: {len(gained)}")
    for name in gained:
        print(f"  {name}: {java.get(name, 'did not run')} on Java")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
