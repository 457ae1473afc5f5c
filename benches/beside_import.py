"""Latency of a till at the service, alone and while an import goes through the same service.

python3 benches/beside_import.py STAMPBOOK [ROWS]    # STAMPBOOK: target/release/stampbook

A till sends one purchase after another at the Unix socket, before, during and after the
import of that many rows; only the ratios of one run mean something.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
ALONE = 2000


class Till:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.replies = self.socket.makefile("rb")
        self.sold = 0

    def sell(self):
        """Sells once; returns the microseconds until the answer."""
        self.sold += 1
        member = f"card:{self.sold * 7919 % 1000}"
        body = json.dumps({"do": "purchase", "key": f"till/{self.sold}", "member": member, "total": "4.20", "enrol": True})
        head = f"POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        begun = time.perf_counter()
        self.socket.sendall((head + body).encode())
        assert b" 200 " in self.replies.readline()
        length = 0
        while (line := self.replies.readline().lower()) != b"\r\n":
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        self.replies.read(length)
        return (time.perf_counter() - begun) * 1e6


def told(name, took, seconds):
    took = sorted(took)
    at = lambda share: took[min(len(took) - 1, int(len(took) * share))]
    print(f"{name:7} {len(took):7} sales, {len(took) / seconds:6.0f} a second; p50 {at(0.5):7.0f} us, p99 {at(0.99):7.0f} us, most {took[-1]:7.0f} us", flush=True)
    return at(0.5), at(0.99)


def measured(till, goes_on):
    begun, took = time.perf_counter(), []
    while goes_on(len(took)):
        took.append(till.sell())
    return took, time.perf_counter() - begun


with tempfile.TemporaryDirectory() as folder:
    run = lambda *words, **more: subprocess.Popen([PROGRAM, *words], cwd=folder, **more)
    assert run("init", "--programme", "corner-cafe", "--currency", "EUR", "--zone", "Europe/Berlin", stdout=subprocess.DEVNULL).wait() == 0
    with open(os.path.join(folder, "rows.jsonl"), "w") as rows:
        for n in range(ROWS):
            row = {"do": "purchase", "key": f"row/{n}", "member": f"card:{n * 104729 % 10000}", "total": "3.10", "enrol": True}
            rows.write(json.dumps(row) + "\n")
    service = run("serve", "--json", "--listen", "127.0.0.1:0", "--no-daily", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    service.stdout.readline()  # It listens.
    till = Till(os.path.join(folder, "ledger-secrets", "serve.sock"))
    measured(till, lambda sold: sold < 200)
    alone = told("alone", *measured(till, lambda sold: sold < ALONE))
    begun = time.perf_counter()
    imported = run("import", "rows.jsonl", stdout=subprocess.DEVNULL)
    beside = told("beside", *measured(till, lambda _: imported.poll() is None))
    took = time.perf_counter() - begun
    assert imported.returncode == 0
    told("after", *measured(till, lambda sold: sold < ALONE))
    print(f"import: {ROWS / took:.0f} rows a second beside the till; a sale took {beside[0] / alone[0]:.1f} times as long at p50, {beside[1] / alone[1]:.1f} at p99")
    service.terminate()
    assert service.wait() == 0
