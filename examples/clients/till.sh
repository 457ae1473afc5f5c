#!/usr/bin/env bash
# A till's day with Stampbook, by curl and jq; what is sold offline goes through
# `stampbook queue`.
#
#   STAMPBOOK_TOKEN=sb-.. till.sh http://127.0.0.1:7311 day.json
set -euo pipefail
url=$1 wanted=$2 run=sh-http
card="card:$run"

# Sends a command or question; a refusal is an answer as well. Without an answer
# the same is sent again: under its key a command counts once.
post() {
    curl --silent --show-error --retry 5 --retry-connrefused --max-time 10 \
        -H "Authorization: Bearer $STAMPBOOK_TOKEN" -H 'Content-Type: application/json' \
        --data "$2" "$url$1"
}

# do_ NAME COMMAND: with key, store and terminal; prints the answer.
do_() {
    local answer
    answer=$(post /v1/commands "$(jq -c --arg run "$run" --arg name "$1" \
        '{key: ($run + "/" + $name), store: "mitte", terminal: $run} + .' <<<"$2")")
    jq -e '.ok' <<<"$answer" >/dev/null || { echo "$1: $answer" >&2; exit 1; }
    printf '%s\n' "$answer"
}

do_ enrol '{"do":"enrol","aliases":["'$card'"]}' >/dev/null
sale='{"do":"purchase","member":"'$card'","total":"20.00","lines":[
  {"sku":"LATTE","category":"coffee","amount":"12.00"},{"sku":"SCONE","category":"food","amount":"8.00"}],
  "tenders":[{"kind":"cash","amount":"20.00"}],"slip":"en:32"}'
first=$(do_ sale "$sale")
jq -r '.slip.text' <<<"$first" >&2
again=$(do_ sale "$sale") # the answer was lost: sent again as it was
back=$(do_ return '{"do":"return","of":"'$run'/sale","lines":[{"line":2}]}')
swap=$(do_ exchange '{"do":"ticket","member":"'$card'","returns":[{"of":"'$run'/sale","lines":[{"line":1}]}],
  "sale":{"total":"15.00","lines":[{"sku":"MUG","category":"goods","amount":"15.00"}],"tenders":[{"kind":"cash","amount":"3.00"}]}}')
do_ big '{"do":"purchase","member":"'$card'","total":"100.00","tenders":[{"kind":"card","amount":"100.00"}]}' >/dev/null
coffee=$(do_ reward '{"do":"purchase","member":"'$card'","total":"3.00","lines":[
  {"sku":"LATTE","category":"coffee","amount":"3.00"}],"tenders":[{"kind":"reward","reward":"coffee"}]}')
code=$(do_ issue '{"do":"voucher","action":"issue","member":"'$card'","unit":"cake","reason":"birthday"}' | jq -r '.codes[0].code')
do_ voucher '{"do":"purchase","member":"'$card'","total":"4.50","lines":[
  {"sku":"CAKE","category":"cake","amount":"4.50"}],"tenders":[{"kind":"voucher","code":"'$code'"}]}' >/dev/null
do_ hold '{"do":"hold","member":"'$card'","unit":"star","points":10,"until":"2099-01-01T00:00:00Z"}' >/dev/null
captured=$(do_ capture '{"do":"capture","of":"'$run'/hold"}')

# The network is away.
export STAMPBOOK_QUEUE=$run.queue
stampbook queue init --terminal "$run" --store mitte >/dev/null
for n in 1 2; do
    echo '{"do":"purchase","key":"'$run/offline-$n'","member":"'$card'","total":"7.00","tenders":[{"kind":"cash","amount":"7.00"}]}'
done | stampbook queue add - >/dev/null
# It is back.
stampbook --json queue drain --to "$url" >/dev/null
drained=$(stampbook --json queue list | jq -cs 'map(.state == "done")')

stars=$(post /v1/questions '{"ask":"balance","member":"'$card'"}')
z=$(post /v1/questions '{"ask":"day","store":"mitte","terminal":"'$run'"}')
found=$(jq -nS --argjson first "$first" --argjson again "$again" --argjson back "$back" --argjson swap "$swap" \
    --argjson coffee "$coffee" --argjson captured "$captured" --argjson drained "$drained" \
    --argjson stars "$stars" --argjson z "$z" '{
  earned: $first.after.star,
  retry_is_the_same: ($again.repeated and $again.seq == $first.seq),
  given_back: $back.give_back.money,
  exchange_to_pay: $swap.ticket.to_pay,
  after_reward: $coffee.after.star,
  after_capture: $captured.now.balance.star.available,
  drained: $drained,
  stars: $stars.now.balance.star.available,
  z: ($z | {sales, returns, paid_out, net, tenders: (.tenders | map({(.kind): .net}) | add)})}')
diff <(jq -S . "$wanted") <(printf '%s\n' "$found") || { echo "the figures differ" >&2; exit 1; }
echo "the day ties to the cent"
