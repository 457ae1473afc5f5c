// A till's day with Stampbook, by fetch alone (Node 18 or newer; a browser has it too).
//
//   STAMPBOOK_TOKEN=sb-.. node till.mjs http://127.0.0.1:7311 day.json
import { readFileSync, appendFileSync, rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const [url, file] = process.argv.slice(2);

/** Posts JSON and returns the answer; a refusal is an answer as well. */
async function post(path, body) {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const response = await fetch(url + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${process.env.STAMPBOOK_TOKEN}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      if (![429, 503].includes(response.status)) return await response.json();
    } catch (error) {
      if (attempt === 4) throw error;
    }
    // No answer: the same command again, under the same key, counts once.
    await new Promise((done) => setTimeout(done, 200 * 2 ** attempt));
  }
  throw new Error("the service does not answer; queue the command");
}

const ask = (question) => post("/v1/questions", question);

/** Sales made while nobody answers: in a browser, use IndexedDB instead of a file. */
const queue = {
  add: (path, command) =>
    appendFileSync(path, JSON.stringify({ at: new Date().toISOString(), if_short: "book", ...command }) + "\n", { flush: true }),
  async drain(path) {
    const commands = readFileSync(path, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const { answers } = await post("/v1/commands", commands);
    rmSync(path); // only now: a drain that is cut short is run again
    return answers;
  },
};

/** The scripted day; returns its figures. */
async function day(run) {
  const place = { store: "mitte", terminal: run };
  const run_ = async (name, command) => {
    const answer = await post("/v1/commands", { key: `${run}/${name}`, ...place, ...command });
    if (!answer.ok) throw new Error(`${name}: ${answer.code}: ${answer.message}`);
    return answer;
  };
  const line = (sku, category, amount) => ({ sku, category, amount });
  const paid = (kind, amount) => [{ kind, amount }];
  const card = `card:${run}`;
  const told = {};
  await run_("enrol", { do: "enrol", aliases: [card] });
  const sale = {
    do: "purchase", member: card, total: "20.00", slip: "en:32",
    lines: [line("LATTE", "coffee", "12.00"), line("SCONE", "food", "8.00")], tenders: paid("cash", "20.00"),
  };
  const first = await run_("sale", sale);
  told.earned = first.after.star;
  const again = await run_("sale", sale); // the answer was lost: sent again as it was
  told.retry_is_the_same = again.repeated && again.seq === first.seq;
  const back = await run_("return", { do: "return", of: `${run}/sale`, lines: [{ line: 2 }] });
  told.given_back = back.give_back.money;
  const swap = await run_("exchange", {
    do: "ticket", member: card, returns: [{ of: `${run}/sale`, lines: [{ line: 1 }] }],
    sale: { total: "15.00", lines: [line("MUG", "goods", "15.00")], tenders: paid("cash", "3.00") },
  });
  told.exchange_to_pay = swap.ticket.to_pay;
  await run_("big", { do: "purchase", member: card, total: "100.00", tenders: paid("card", "100.00") });
  const coffee = await run_("reward", {
    do: "purchase", member: card, total: "3.00", lines: [line("LATTE", "coffee", "3.00")],
    tenders: [{ kind: "reward", reward: "coffee" }],
  });
  told.after_reward = coffee.after.star;
  const issued = await run_("issue", { do: "voucher", action: "issue", member: card, unit: "cake", reason: "birthday" });
  await run_("voucher", {
    do: "purchase", member: card, total: "4.50", lines: [line("CAKE", "cake", "4.50")],
    tenders: [{ kind: "voucher", code: issued.codes[0].code }],
  });
  await run_("hold", { do: "hold", member: card, unit: "star", points: 10, until: "2099-01-01T00:00:00Z" });
  const captured = await run_("capture", { do: "capture", of: `${run}/hold` });
  told.after_capture = captured.now.balance.star.available;
  const path = `${run}.queue`;
  for (const n of [1, 2]) // the network is away
    queue.add(path, { do: "purchase", key: `${run}/offline-${n}`, ...place, member: card, total: "7.00", tenders: paid("cash", "7.00") });
  told.drained = (await queue.drain(path)).map((answer) => answer.ok);
  told.stars = (await ask({ ask: "balance", member: card })).now.balance.star.available;
  const z = await ask({ ask: "day", ...place });
  told.z = {
    sales: z.sales, returns: z.returns, paid_out: z.paid_out, net: z.net,
    tenders: Object.fromEntries(z.tenders.map((tender) => [tender.kind, tender.net])),
  };
  return told;
}

const found = await day("js-http");
const wanted = JSON.parse(readFileSync(file, "utf8"));
if (!isDeepStrictEqual(found, wanted)) {
  console.error(`the figures differ:\n${JSON.stringify(found)}\n${JSON.stringify(wanted)}`);
  process.exit(1);
}
console.log("the day ties to the cent");
