#!/usr/bin/env python3
"""A till's day with Stampbook, by the standard library alone.

  python3 till.py http http://127.0.0.1:7311 day.json   # token in STAMPBOOK_TOKEN
  python3 till.py session day.json                      # a child process: stampbook session

`Http` and `Session` are all that an integrator needs: both take commands and
questions as dictionaries, and return the answer.
"""
import json, os, subprocess, sys, time, urllib.error, urllib.request
from datetime import datetime, timezone


class Http:
    """The service, over HTTP."""

    def __init__(self, url, token):
        self.url, self.token = url, token

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(),
            {"Content-Type": "application/json", "Authorization": "Bearer " + self.token})
        for attempt in range(5):
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    return json.load(response)
            except urllib.error.HTTPError as refused:
                if refused.code not in (429, 503):
                    return json.load(refused)  # a refusal is an answer as well
            except OSError:
                if attempt == 4:
                    raise
            # No answer: the same command again, under the same key, counts once.
            time.sleep(0.2 * 2 ** attempt)
        raise ConnectionError("the service does not answer; queue the command")

    def do(self, command):
        return self.post("/v1/commands", command)

    def ask(self, question):
        return self.post("/v1/questions", question)

    def drain(self, commands):
        return self.post("/v1/commands", commands)["answers"]


class Session:
    """A child process: one line out, one line back."""

    def __init__(self):
        self.child = subprocess.Popen(["stampbook", "session"], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, message):
        self.child.stdin.write(json.dumps(message) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    ask = do

    def drain(self, commands):
        return [self.do(command) for command in commands]


class Queue:
    """Sales made while nobody answers: one file, one line each, synced."""

    def __init__(self, path):
        self.path = path

    def add(self, command):
        # The instant of the sale, not of the drain; and a tender that falls short is left out.
        command = {"at": datetime.now(timezone.utc).isoformat(), "if_short": "book", **command}
        with open(self.path, "a") as file:
            file.write(json.dumps(command) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def drain(self, ledger):
        with open(self.path) as file:
            answers = ledger.drain([json.loads(line) for line in file])
        os.remove(self.path)  # only now: a drain that is cut short is run again
        return answers


def day(ledger, run):
    """The scripted day; returns its figures."""
    def do(name, **command):
        answer = ledger.do({"key": f"{run}/{name}", "store": "mitte", "terminal": run, **command})
        if not answer["ok"]:
            sys.exit(f"{name}: {answer['code']}: {answer['message']}")
        return answer

    card, told = f"card:{run}", {}
    do("enrol", do="enrol", aliases=[card])
    latte = {"sku": "LATTE", "category": "coffee", "amount": "12.00"}
    scone = {"sku": "SCONE", "category": "food", "amount": "8.00"}
    sale = {"do": "purchase", "member": card, "total": "20.00", "lines": [latte, scone],
            "tenders": [{"kind": "cash", "amount": "20.00"}], "slip": "en:32"}
    first = do("sale", **sale)
    told["earned"] = first["after"]["star"]
    print(first["slip"]["text"], file=sys.stderr)
    again = do("sale", **sale)  # the answer was lost: sent again as it was
    told["retry_is_the_same"] = again["repeated"] and again["seq"] == first["seq"]
    back = do("return", do="return", of=f"{run}/sale", lines=[{"line": 2}])
    told["given_back"] = back["give_back"]["money"]
    swap = do("exchange", do="ticket", member=card,
              returns=[{"of": f"{run}/sale", "lines": [{"line": 1}]}],
              sale={"total": "15.00", "lines": [{"sku": "MUG", "category": "goods", "amount": "15.00"}],
                    "tenders": [{"kind": "cash", "amount": "3.00"}]})
    told["exchange_to_pay"] = swap["ticket"]["to_pay"]
    do("big", do="purchase", member=card, total="100.00", tenders=[{"kind": "card", "amount": "100.00"}])
    coffee = do("reward", do="purchase", member=card, total="3.00",
                lines=[{"sku": "LATTE", "category": "coffee", "amount": "3.00"}],
                tenders=[{"kind": "reward", "reward": "coffee"}])
    told["after_reward"] = coffee["after"]["star"]
    code = do("issue", do="voucher", action="issue", member=card, unit="cake", reason="birthday")["codes"][0]["code"]
    do("voucher", do="purchase", member=card, total="4.50",
       lines=[{"sku": "CAKE", "category": "cake", "amount": "4.50"}],
       tenders=[{"kind": "voucher", "code": code}])
    do("hold", do="hold", member=card, unit="star", points=10, until="2099-01-01T00:00:00Z")
    captured = do("capture", do="capture", of=f"{run}/hold")
    told["after_capture"] = captured["now"]["balance"]["star"]["available"]
    queue = Queue(f"{run}.queue")
    for n in (1, 2):  # the network is away
        queue.add({"do": "purchase", "key": f"{run}/offline-{n}", "store": "mitte", "terminal": run,
                   "member": card, "total": "7.00", "tenders": [{"kind": "cash", "amount": "7.00"}]})
    told["drained"] = [answer["ok"] for answer in queue.drain(ledger)]
    held = ledger.ask({"ask": "balance", "member": card})
    told["stars"] = held["now"]["balance"]["star"]["available"]
    z = ledger.ask({"ask": "day", "store": "mitte", "terminal": run})
    told["z"] = {"sales": z["sales"], "returns": z["returns"], "paid_out": z["paid_out"], "net": z["net"],
                 "tenders": {t["kind"]: t["net"] for t in z["tenders"]}}
    return told


if __name__ == "__main__":
    way, *rest = sys.argv[1:]
    ledger = Http(rest[0], os.environ["STAMPBOOK_TOKEN"]) if way == "http" else Session()
    found, wanted = day(ledger, f"py-{way}"), json.load(open(rest[-1]))
    if found != wanted:
        sys.exit(f"the figures differ:\n{json.dumps(found)}\n{json.dumps(wanted)}")
    print("the day ties to the cent")
