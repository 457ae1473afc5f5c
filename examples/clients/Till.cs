// A till's day with Stampbook, over HTTP, by the standard library of .NET alone: the
// oldest that still runs in shops (.NET Framework 4, Mono), so that it runs everywhere.
//
//   mcs Till.cs && mono Till.exe http://127.0.0.1:7311 day.json   # token in STAMPBOOK_TOKEN
//
// `Http` is all that an integrator needs: it takes a command or a question as JSON, and
// returns the answer. `Json` stands in for whatever library the till has already.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;

/// The service, over HTTP.
class Http {
    readonly string url, token;

    public Http(string url, string token) { this.url = url; this.token = token; }

    object Post(string path, object body) {
        byte[] sent = Encoding.UTF8.GetBytes(Json.Write(body));
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                var request = (HttpWebRequest)WebRequest.Create(url + path);
                request.Method = "POST";
                request.ContentType = "application/json";
                request.Headers["Authorization"] = "Bearer " + token;
                request.Timeout = 10000;
                request.ContentLength = sent.Length;
                using (var stream = request.GetRequestStream()) stream.Write(sent, 0, sent.Length);
                using (var response = request.GetResponse()) return Read(response);
            } catch (WebException failed) {
                var refused = failed.Response as HttpWebResponse;
                // A refusal is an answer as well; 429 and 503 ask to come again.
                if (refused != null && (int)refused.StatusCode != 429 && (int)refused.StatusCode != 503)
                    return Read(refused);
                if (refused != null) refused.Close();
            }
            // No answer: the same command again, under the same key, counts once.
            Thread.Sleep(200 << attempt);
        }
        throw new IOException("the service does not answer; queue the command");
    }

    static object Read(WebResponse response) {
        using (var reader = new StreamReader(response.GetResponseStream(), Encoding.UTF8))
            return Json.Read(reader.ReadToEnd());
    }

    public Fields Do(object command) { return (Fields)Post("/v1/commands", command); }

    public Fields Ask(Fields question) { return (Fields)Post("/v1/questions", question); }

    public List<object> Drain(List<object> commands) {
        return (List<object>)((Fields)Post("/v1/commands", commands))["answers"];
    }
}

/// Sales made while nobody answers: one file, one line each, on the disk when Add returns.
class SaleQueue {
    readonly string path;

    public SaleQueue(string path) { this.path = path; }

    public void Add(Fields sale) {
        // The instant of the sale, not of the drain; and a tender that falls short is left out.
        sale["at"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        sale["if_short"] = "book";
        byte[] line = Encoding.UTF8.GetBytes(Json.Write(sale) + "\n");
        using (var file = new FileStream(path, FileMode.Append)) {
            file.Write(line, 0, line.Length);
            file.Flush(true);
        }
    }

    public List<object> Drain(Http ledger) {
        var answers = ledger.Drain(File.ReadAllLines(path).Select(Json.Read).ToList());
        File.Delete(path); // only now: a drain that is cut short is run again
        return answers;
    }
}

static class Till {
    static Fields F(params object[] pairs) {
        var fields = new Fields();
        for (int n = 0; n < pairs.Length; n += 2) fields[(string)pairs[n]] = pairs[n + 1];
        return fields;
    }

    static List<object> L(params object[] items) { return new List<object>(items); }

    static object At(object value, params string[] path) {
        foreach (string name in path) value = ((Fields)value)[name];
        return value;
    }

    /// The scripted day; returns its figures.
    static Fields Day(Http ledger, string run) {
        Func<string, Fields, Fields> send = (name, command) => {
            command["key"] = run + "/" + name;
            command["store"] = "mitte";
            command["terminal"] = run;
            Fields answer = ledger.Do(command);
            if (!(bool)answer["ok"])
                throw new Exception(name + ": " + answer["code"] + ": " + answer["message"]);
            return answer;
        };
        string card = "card:" + run;
        Fields told = F();
        send("enrol", F("do", "enrol", "aliases", L(card)));
        Fields latte = F("sku", "LATTE", "category", "coffee", "amount", "12.00");
        Fields scone = F("sku", "SCONE", "category", "food", "amount", "8.00");
        Fields sale = F("do", "purchase", "member", card, "total", "20.00", "lines", L(latte, scone),
            "tenders", L(F("kind", "cash", "amount", "20.00")), "slip", "en:32");
        Fields first = send("sale", sale);
        told["earned"] = At(first, "after", "star");
        Console.Error.WriteLine(At(first, "slip", "text"));
        Fields again = send("sale", sale); // the answer was lost: sent again as it was
        told["retry_is_the_same"] = (bool)again["repeated"] && again["seq"].Equals(first["seq"]);
        Fields back = send("return", F("do", "return", "of", run + "/sale", "lines", L(F("line", 2L))));
        told["given_back"] = At(back, "give_back", "money");
        Fields swap = send("exchange", F("do", "ticket", "member", card,
            "returns", L(F("of", run + "/sale", "lines", L(F("line", 1L)))),
            "sale", F("total", "15.00",
                "lines", L(F("sku", "MUG", "category", "goods", "amount", "15.00")),
                "tenders", L(F("kind", "cash", "amount", "3.00")))));
        told["exchange_to_pay"] = At(swap, "ticket", "to_pay");
        send("big", F("do", "purchase", "member", card, "total", "100.00",
            "tenders", L(F("kind", "card", "amount", "100.00"))));
        Fields coffee = send("reward", F("do", "purchase", "member", card, "total", "3.00",
            "lines", L(F("sku", "LATTE", "category", "coffee", "amount", "3.00")),
            "tenders", L(F("kind", "reward", "reward", "coffee"))));
        told["after_reward"] = At(coffee, "after", "star");
        Fields issued = send("issue", F("do", "voucher", "action", "issue", "member", card,
            "unit", "cake", "reason", "birthday"));
        object code = At(((List<object>)issued["codes"])[0], "code");
        send("voucher", F("do", "purchase", "member", card, "total", "4.50",
            "lines", L(F("sku", "CAKE", "category", "cake", "amount", "4.50")),
            "tenders", L(F("kind", "voucher", "code", code))));
        send("hold", F("do", "hold", "member", card, "unit", "star", "points", 10L,
            "until", "2099-01-01T00:00:00Z"));
        Fields captured = send("capture", F("do", "capture", "of", run + "/hold"));
        told["after_capture"] = At(captured, "now", "balance", "star", "available");
        var queue = new SaleQueue(run + ".queue");
        for (int n = 1; n <= 2; n++) // the network is away
            queue.Add(F("do", "purchase", "key", run + "/offline-" + n, "store", "mitte",
                "terminal", run, "member", card, "total", "7.00",
                "tenders", L(F("kind", "cash", "amount", "7.00"))));
        told["drained"] = queue.Drain(ledger).Select(answer => At(answer, "ok")).ToList();
        Fields held = ledger.Ask(F("ask", "balance", "member", card));
        told["stars"] = At(held, "now", "balance", "star", "available");
        Fields z = ledger.Ask(F("ask", "day", "store", "mitte", "terminal", run));
        Fields tenders = F();
        foreach (object tender in (List<object>)z["tenders"])
            tenders[(string)At(tender, "kind")] = At(tender, "net");
        told["z"] = F("sales", z["sales"], "returns", z["returns"], "paid_out", z["paid_out"],
            "net", z["net"], "tenders", tenders);
        return told;
    }

    static int Main(string[] words) {
        var token = Environment.GetEnvironmentVariable("STAMPBOOK_TOKEN");
        string found = Json.Write(Day(new Http(words[0], token), "cs-http"));
        string wanted = Json.Write(Json.Read(File.ReadAllText(words[1])));
        if (found != wanted) {
            Console.Error.WriteLine("the figures differ:\n" + found + "\n" + wanted);
            return 1;
        }
        Console.WriteLine("the day ties to the cent");
        return 0;
    }
}

/// Fields of an object, in the order of their names, so that equal objects are equal texts.
class Fields : SortedDictionary<string, object> {
    public Fields() : base(StringComparer.Ordinal) { }
}

/// JSON (RFC 8259) as Fields, List<object>, string, long, bool and null. Amounts of money
/// are texts in the protocol, so that no number is ever rounded.
static class Json {
    public static string Write(object value) {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    static void Write(object value, StringBuilder text) {
        if (value == null) text.Append("null");
        else if (value is bool) text.Append((bool)value ? "true" : "false");
        else if (value is string) Quote((string)value, text);
        else if (value is Fields) {
            string separator = "{";
            foreach (var field in (Fields)value) {
                text.Append(separator);
                Quote(field.Key, text);
                text.Append(':');
                Write(field.Value, text);
                separator = ",";
            }
            text.Append(separator == "{" ? "{}" : "}");
        } else if (value is IEnumerable<object>) {
            string separator = "[";
            foreach (object item in (IEnumerable<object>)value) {
                text.Append(separator);
                Write(item, text);
                separator = ",";
            }
            text.Append(separator == "[" ? "[]" : "]");
        } else text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
    }

    static void Quote(string value, StringBuilder text) {
        text.Append('"');
        foreach (char c in value) {
            if (c == '"' || c == '\\') text.Append('\\').Append(c);
            else if (c < ' ') text.Append("\\u").Append(((int)c).ToString("x4"));
            else text.Append(c);
        }
        text.Append('"');
    }

    public static object Read(string text) {
        int at = 0;
        return Value(text, ref at);
    }

    static char Next(string text, ref int at) {
        while (char.IsWhiteSpace(text[at])) at++;
        return text[at];
    }

    static object Value(string text, ref int at) {
        switch (Next(text, ref at)) {
            case '{':
                var fields = new Fields();
                for (at++; Next(text, ref at) != '}';) {
                    if (text[at] == ',') at++;
                    Next(text, ref at);
                    string name = Text(text, ref at);
                    Next(text, ref at);
                    at++; // the colon
                    fields[name] = Value(text, ref at);
                }
                at++;
                return fields;
            case '[':
                var items = new List<object>();
                for (at++; Next(text, ref at) != ']';) {
                    if (text[at] == ',') at++;
                    items.Add(Value(text, ref at));
                }
                at++;
                return items;
            case '"':
                return Text(text, ref at);
        }
        int begin = at;
        while (at < text.Length && ",]} \r\n\t".IndexOf(text[at]) < 0) at++;
        string word = text.Substring(begin, at - begin);
        if (word == "true") return true;
        if (word == "false") return false;
        if (word == "null") return null;
        long whole;
        if (long.TryParse(word, NumberStyles.Integer, CultureInfo.InvariantCulture, out whole)) return whole;
        return decimal.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    static string Text(string text, ref int at) {
        var read = new StringBuilder();
        for (at++; text[at] != '"'; at++) {
            if (text[at] != '\\') { read.Append(text[at]); continue; }
            char c = text[++at];
            int code;
            switch (c) {
                case 'n': read.Append('\n'); break;
                case 'r': read.Append('\r'); break;
                case 't': read.Append('\t'); break;
                case 'b': read.Append('\b'); break;
                case 'f': read.Append('\f'); break;
                case 'u':
                    code = int.Parse(text.Substring(at + 1, 4), NumberStyles.HexNumber);
                    read.Append((char)code);
                    at += 4;
                    break;
                default: read.Append(c); break;
            }
        }
        at++;
        return read.ToString();
    }
}
