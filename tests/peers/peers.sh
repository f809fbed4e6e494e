# The peers, one function each: sourced by `run`, which has `start`, `await`, `leave_out`, the ports and the folder.
# shellcheck shell=bash disable=SC2153

readonly SQUID_HELPERS=/usr/lib/squid

# filled TEMPLATE NAME=VALUE...: a configuration with values in the place of @NAME@.
filled() {
    local template="$1" script=() pair
    shift
    for pair in "$@"; do script+=(-e "s#@${pair%%=*}@#${pair#*=}#g"); done
    sed "${script[@]}" "$HERE/$template"
}

make_files() {
    bash "$HERE/certificates" "$RUN/certificates" >"$RUN/openssl.log" 2>&1 || {
        tail -n 20 "$RUN/openssl.log" >&2
        exit 1
    }
    mkdir -p "$RUN/files" "$RUN/received" "$RUN/temporary"
    head -c 3000000 /dev/urandom >"$RUN/files/blob.bin"
    seq 1 20000 >"$RUN/files/numbers.txt"
    zstd -q "$RUN/files/numbers.txt"
    printf 'user:%s\n' "$(openssl passwd -apr1 'pass word')" >"$RUN/passwords"
}

start_nginx() {
    local name ports=()
    for name in "${PORTS[@]}"; do
        local variable="PEER_$name"
        ports+=("$name=${!variable}")
    done
    filled nginx.conf "RUN=$RUN" "${ports[@]}" >"$RUN/nginx.conf"
    start nginx nginx -p "$RUN" -c "$RUN/nginx.conf" -e "$RUN/nginx-errors.log"
    await nginx "$PEER_HTTP"
    filled nginx-reloaded.conf "${ports[@]}" >"$RUN/nginx-reloaded.conf"
    start reloaded nginx -p "$RUN" -c "$RUN/nginx-reloaded.conf" -e "$RUN/nginx-reloaded-errors.log"
    await reloaded "$PEER_RELOADED"
    # It listens before it says who it is.
    until [[ -s "$RUN/reloaded.pid" ]]; do sleep 0.05; done
    PEER_RELOADED_PID="$(<"$RUN/reloaded.pid")"
    export PEER_RELOADED_PID
}

start_tinyproxy() {
    printf '%s\n' "Port $PEER_PROXY" 'Listen 127.0.0.1' 'Bind 127.0.0.3' 'Timeout 60' 'BasicAuth keeper s3cret' \
        'LogLevel Connect' 'ViaProxyName "tinyproxy"' >"$RUN/tinyproxy.conf"
    start tinyproxy tinyproxy -d -c "$RUN/tinyproxy.conf"
    await tinyproxy "$PEER_PROXY"
}

start_microsocks() {
    start microsocks microsocks -i 127.0.0.1 -p "$PEER_SOCKS" -u keeper -P s3cret -b 127.0.0.2
    await microsocks "$PEER_SOCKS"
}

# squid gives up root's rights, and has to read its files all the same: they are in a folder of its own.
start_squid() {
    squid_folder="$(mktemp -d)"
    printf 'keeper:%s\n' "$(openssl passwd -apr1 s3cret)" >"$squid_folder/passwords"
    cp "$RUN/certificates/server.pem" "$RUN/certificates/server.key" "$squid_folder"
    local fake="$SQUID_HELPERS/ntlm_fake_auth"
    local negotiate="$SQUID_HELPERS/negotiate_wrapper_auth --ntlm $fake --kerberos $fake"
    filled squid.conf "FOLDER=$squid_folder" NAME=squid "HTTP=$PEER_SQUID" "HTTPS=$PEER_TLS_SQUID" SCHEMES=Basic \
        "AUTH=auth_param basic program $SQUID_HELPERS/basic_ncsa_auth $squid_folder/passwords" >"$squid_folder/squid.conf"
    filled squid.conf "FOLDER=$squid_folder" NAME=windows "HTTP=$PEER_WINDOWS" "HTTPS=$PEER_TLS_WINDOWS" \
        SCHEMES='Negotiate or NTLM' \
        "AUTH=auth_param negotiate program $negotiate\\nauth_param ntlm program $fake" >"$squid_folder/windows.conf"
    if [[ "$(id -u)" == 0 ]]; then chown -R proxy "$squid_folder"; fi
    start squid squid -N -f "$squid_folder/squid.conf"
    start windows squid -N -f "$squid_folder/windows.conf"
    await squid "$PEER_TLS_SQUID"
    await windows "$PEER_TLS_WINDOWS"
}

start_python() {
    start httpbin "$VENV/bin/gunicorn" --bind "127.0.0.1:$PEER_HTTPBIN" --threads 16 --no-control-socket httpbin:app
    start sigv4 "$VENV/bin/python" "$HERE/sigv4.py" "$PEER_SIGV4"
    start oauth2 "$VENV/bin/python" "$HERE/oauth2.py" "$PEER_OAUTH2"
    await httpbin "$PEER_HTTPBIN"
    await sigv4 "$PEER_SIGV4"
    await oauth2 "$PEER_OAUTH2"
}
