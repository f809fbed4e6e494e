#!/usr/bin/env bash
# Measures antiphon beside curl, xh, Hurl, jq, jaq, jless and ripgrep on this machine, and writes docs/performance.md.
#
#   benches/peers.sh [--sizes 10,100] [--only exchange|documents] [--page FILE|-]
#
# --sizes are the megabytes of the documents, up to 1000. Debian's packages are installed with apt-get where this runs as
# root; the others with cargo, into target/peers. nginx serves generated bodies on loopback and is stopped at the end.
# Takes some twenty minutes the first time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# libclang and libxml2 are what Hurl's build asks for, the parts of xcb what jless's does.
readonly DEBIAN=(curl nginx-light time jq ripgrep less libclang-dev libcurl4-openssl-dev libssl-dev libxml2-dev pkg-config
    libxcb1-dev libxcb-render0-dev libxcb-shape0-dev libxcb-xfixes0-dev)
readonly LIFETIME=1800 # Seconds after which nginx ends by itself, should this script be killed.
CARGO="${CARGO:-cargo}"
KEPT="${CARGO_TARGET_DIR:-$PWD/target}/peers"
PATH="$KEPT/bin:$PATH:/usr/sbin"

say() { printf 'peers: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null; }

install_debian() {
    if has curl && has nginx && has time && has jq && has rg && has less && has pkg-config &&
        pkg-config --exists libcurl xcb-render xcb-shape xcb-xfixes; then return; fi
    if ! has apt-get || [[ "$(id -u)" != 0 ]]; then
        say "install these first: ${DEBIAN[*]}"
        exit 1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${DEBIAN[@]}" >"$KEPT/apt.log" 2>&1
}

# A peer that does not build is left out of the measurement, which says so.
install_with_cargo() {
    local name="${1%@*}"
    has "$name" && return
    say "building $1"
    "$CARGO" install --locked --quiet --root "$KEPT" "$1" >"$KEPT/$name.log" 2>&1 ||
        say "$1 does not build; see $KEPT/$name.log"
}

page=docs/performance.md
more=()
while [[ $# -gt 0 ]]; do
    case "$1" in
        --page) page="${2:?--page FILE}" ;;
        --sizes | --only) more+=("$1" "${2:?$1 VALUE}") ;;
        *) say "no such option: $1"; exit 2 ;;
    esac
    shift 2
done

# The program of that name among the benchmarks.
bench() {
    "$CARGO" bench --locked --bench "$1" --no-run --message-format=json | python3 -c 'import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message.get("executable") and message["target"]["name"] == sys.argv[1]:
        print(message["executable"])' "$1"
}

mkdir -p "$KEPT"
install_debian
install_with_cargo jaq
install_with_cargo jless
install_with_cargo xh
install_with_cargo hurl@8.0.1 # The last one for the toolchain that this project names.
"$CARGO" build --release --locked
CONNECTION="$(bench connection)"
BODY="$(bench body)"

RUN="$(mktemp -d "$KEPT/bench.XXXXXX")"
nginx=""
stop() {
    if [[ -n "$nginx" ]]; then
        kill "$nginx" 2>/dev/null || true
        wait "$nginx" 2>/dev/null || true
    fi
    rm -rf "$RUN"
}
trap stop EXIT
trap 'exit 130' INT TERM

PORT="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
mkdir "$RUN/files"
printf '{"id": 7, "state": "paid"}\n' >"$RUN/files/small.json"
head -c 1000000000 /dev/zero >"$RUN/files/large.bin"
cat >"$RUN/nginx.conf" <<NGINX
daemon off;
master_process off;
pid nginx.pid;
events {}
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    types { application/json json; application/octet-stream bin; }
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    server { listen 127.0.0.1:$PORT; root files; }
}
NGINX
timeout "$LIFETIME" nginx -p "$RUN" -c "$RUN/nginx.conf" -e "$RUN/errors.log" >"$RUN/nginx.log" 2>&1 </dev/null &
nginx=$!
until curl --silent --fail --output /dev/null "http://127.0.0.1:$PORT/small.json"; do
    kill -0 "$nginx" || { cat "$RUN/errors.log" >&2; exit 1; }
    sleep 0.05
done

ANTIPHON="${CARGO_TARGET_DIR:-$PWD/target}/release/antiphon" CONNECTION="$CONNECTION" BODY="$BODY" \
    python3 benches/peers/measure.py "http://127.0.0.1:$PORT" "$RUN" "$page" "${more[@]}"
