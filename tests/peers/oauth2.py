"""oauth2.py PORT: an OAuth 2 server that Authlib runs, with its rules; what it knows is in memory.

Grants: client credentials, password, refresh (which rotates the refresh token), authorization code (PKCE with S256 is
required of the public client), device code. The clients `in-field` and `in-body` authenticate with their secret, as
their names say; `public` has none. Scopes besides read and write make the server behave as it has to be tested:

    brief    tokens are said to be good for two seconds; codes of devices have expired, whatever is said of them
    hasty    a device is told to slow down when it asks for the second time

/authorize agrees at once, or refuses with `answer=deny`. /device?user_code=… takes the user's `answer` (allow or deny),
and waits for what `until` says to have been said to the device. /me wants a token and tells whose and which it is, and how
often it was refreshed; /revoke takes back the token that the field `Token` names so.
"""

import hashlib
import os
import secrets
import sys
import threading
import time

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # Loopback has no TLS here.

from authlib.integrations.flask_oauth2 import AuthorizationServer, current_token, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from flask import Flask, jsonify, request

app = Flask(__name__)
tokens, codes, devices = [], {}, {}
changed = threading.Condition()
LIFE = 3600
PATIENCE = 20


class Client(ClientMixin):
    def __init__(self, client_id, secret, methods, grant_types):
        self.client_id, self.secret, self.methods, self.grant_types = client_id, secret, methods, grant_types

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(word for word in (scope or "").split() if word in ("read", "brief", "hasty"))

    def check_redirect_uri(self, uri):
        return uri.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:"))

    def check_client_secret(self, secret):
        return secrets.compare_digest(self.secret, secret)

    def check_endpoint_auth_method(self, method, endpoint):
        return method in self.methods

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in self.grant_types


DEVICE = DeviceCodeGrant.GRANT_TYPE
EVERY = ("client_credentials", "password", "refresh_token", "authorization_code", DEVICE)
# Authlib takes what is in the field as it is, where RFC 6749 (section 2.3.1) has it form-encoded: no sign here needs that.
CLIENTS = {client.client_id: client for client in (
    Client("in-field", "s3cret-in.field", ("client_secret_basic",), EVERY),
    Client("in-body", "s3cret", ("client_secret_post",), EVERY),
    Client("public", "", ("none",), ("authorization_code", "refresh_token", DEVICE)),
)}


class Token(dict, TokenMixin):
    """What was issued, with whose it is."""

    def check_client(self, client):
        return self["client_id"] == client.client_id

    def get_scope(self):
        return self.get("scope", "")

    def get_expires_in(self):
        return self["expires_in"]

    def is_expired(self):
        return self["issued"] + LIFE < time.time()  # However brief: a client that is slow is not to be failed.

    def is_revoked(self):
        return self["revoked"]

    def get_user(self):
        return self["user"]

    def get_client(self):
        return CLIENTS[self["client_id"]]


def save_token(token, asked):
    user = asked.user or f"client {asked.client.client_id}"
    if "brief" in token.get("scope", ""):
        token["expires_in"] = 2
    generation = (getattr(asked, "refresh_token", None) or {}).get("generation", -1) + 1
    tokens.append(Token(
        token, client_id=asked.client.client_id, user=user, issued=time.time(), revoked=False, generation=generation
    ))


class Code(dict):
    code_challenge = property(lambda self: self["challenge"])
    code_challenge_method = property(lambda self: self["method"])

    def get_redirect_uri(self):
        return self["redirect_uri"]

    def get_scope(self):
        return self["scope"]

    def get_nonce(self):
        return None


SECRETLY = ["client_secret_basic", "client_secret_post"]


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETLY


class Password(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETLY

    def authenticate_user(self, username, password):
        return username if (username, password) == ("alice", "wonder land") else None


class AuthorizationCode(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETLY + ["none"]

    def save_authorization_code(self, code, asked):
        data = asked.payload.data
        codes[code] = Code(
            client_id=asked.client.client_id, redirect_uri=asked.payload.redirect_uri, scope=asked.payload.scope,
            user=asked.user, challenge=data.get("code_challenge"), method=data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code, client):
        found = codes.get(code)
        return found if found and found["client_id"] == client.client_id else None

    def delete_authorization_code(self, authorization_code):
        for code in [code for code, kept in codes.items() if kept is authorization_code]:
            del codes[code]

    def authenticate_user(self, authorization_code):
        return authorization_code["user"]


class Proof(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


class Refresh(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETLY + ["none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = [token for token in tokens if token.get("refresh_token") == refresh_token]
        return found[0] if found and not found[0].get("refreshed") else None

    def authenticate_user(self, refresh_token):
        return refresh_token["user"]

    def revoke_old_credential(self, refresh_token):
        refresh_token.update(refreshed=True, revoked=True)


class DeviceCode(DeviceCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETLY + ["none"]

    def query_device_credential(self, device_code):
        return devices.get(device_code)

    def query_user_grant(self, user_code):
        credential = next(kept for kept in devices.values() if kept["user_code"] == user_code)
        answer = credential["answer"]
        return answer and ("alice", answer == "allow")

    def should_slow_down(self, credential):
        is_hasty = "hasty" in credential.get_scope() and len(credential["said"]) == 1
        with changed:
            credential["said"].append("slow_down" if is_hasty else "authorization_pending")
            changed.notify_all()
        return is_hasty


class DeviceAuthorization(DeviceAuthorizationEndpoint):
    CLIENT_AUTH_METHODS = SECRETLY + ["none"]
    INTERVAL = 1

    def get_verification_uri(self):
        return request.host_url + "device"

    def save_device_credential(self, client_id, scope, data):
        life = 0 if "brief" in scope else data["expires_in"]
        devices[data["device_code"]] = DeviceCredentialDict(
            data, client_id=client_id, scope=scope, answer=None, said=[], expires_at=time.time() + life
        )


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return next((token for token in tokens if token["access_token"] == token_string), None)


app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {grant: LIFE for grant in EVERY}
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)
for grant in (ClientCredentials, Password, Refresh, DeviceCode):
    server.register_grant(grant)
server.register_grant(AuthorizationCode, [Proof(required=True)])
server.register_endpoint(DeviceAuthorization)
guarded = ResourceProtector()
guarded.register_token_validator(Validator())


def fingerprint(token):
    return hashlib.sha256(token["access_token"].encode()).hexdigest()


@app.post("/token")
def token():
    return server.create_token_response()


@app.get("/authorize")
def authorize():
    user = None if request.args.get("answer") == "deny" else "alice"
    return server.create_authorization_response(grant_user=user, grant=server.get_consent_grant(end_user="alice"))


@app.post("/device_authorization")
def device_authorization():
    return server.create_endpoint_response("device_authorization")


@app.get("/device")
def device():
    credential = next(kept for kept in devices.values() if kept["user_code"] == request.args["user_code"])
    until = request.args.get("until")
    with changed:
        heard = changed.wait_for(lambda: not until or until in credential["said"], PATIENCE)
        credential["answer"] = request.args.get("answer", credential["answer"])
    return (jsonify(credential["said"]), 200 if heard else 504)


@app.route("/me", methods=["GET", "POST"])
@guarded()
def me():
    return jsonify(
        user=current_token["user"], scope=current_token.get_scope(), token=fingerprint(current_token),
        refreshed=current_token["generation"],
    )


@app.get("/revoke")
def revoke():
    for kept in tokens:
        kept["revoked"] |= fingerprint(kept) == request.headers["Token"]
    return ""


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), threaded=True)
