# What is done often. `just` lists it.

_:
    @just --list

# all tests, as the README says
test:
    cargo test --locked

# the model against the ledger, a million steps
model:
    STAMPBOOK_STEPS=1000000 cargo test --locked --release --test model for_long

# disks that fail and power that goes, for a range of seeds; FAULTS=long tries all
faults first="1" last="4" form="150":
    for seed in $(seq {{first}} {{last}}); do STAMPBOOK_SEED=$seed STAMPBOOK_FAULTS={{form}} cargo test --locked --test faults -- --nocapture; done

# the fuzz targets from a range of seeds, so many times the rounds of the tests
fuzz first="1" last="4" times="20":
    for seed in $(seq {{first}} {{last}}); do STAMPBOOK_SEED=$seed STAMPBOOK_ROUNDS={{times}} cargo test --locked --test fuzzed -- --nocapture; done

# format and lints, as .ci/run demands them
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings

# everything that must hold of a commit
ci:
    .ci/run

# the main job, from till to auditor
demo:
    cargo run --locked --release -- demo

# the figures; say what else runs on the machine beside each
bench:
    cargo bench --locked

# what a Debian package holds besides the binary, then the package (needs cargo-deb)
deb:
    cargo build --locked --release
    mkdir -p target/package
    target/release/stampbook man target/package/man
    target/release/stampbook completions bash > target/package/stampbook.bash
    target/release/stampbook completions zsh > target/package/_stampbook
    target/release/stampbook completions fish > target/package/stampbook.fish
    cargo deb --no-build

# ten thousand connections at once (needs as many open files: ulimit -n)
connections count="10000":
    STAMPBOOK_CONNECTIONS={{count}} cargo test --locked --test serve more_connections -- --nocapture

# a busy day in so many seconds: memory, handles and latency by tenths
soak seconds="600":
    STAMPBOOK_SOAK={{seconds}} cargo test --locked --release --test serve a_busy_day -- --nocapture

# simulated weeks of a shop, by seed; `count` commands of each till in a day
weeks first="1" last="4" count="60":
    for seed in $(seq {{first}} {{last}}); do STAMPBOOK_SEED=$seed STAMPBOOK_WEEK={{count}} cargo test --locked --test serve a_week -- --nocapture; done

# every path of the OpenAPI document, so many bodies each, by seed
document first="1" last="4" count="3000":
    for seed in $(seq {{first}} {{last}}); do STAMPBOOK_SEED=$seed STAMPBOOK_ROUNDS={{count}} cargo test --locked --test serve every_path -- --nocapture; done
