"""sigv4.py PORT: a server that lets in only requests that are signed with AWS Signature Version 4.

The signature is computed anew by botocore, AWS's own signer, from what arrived; the answer tells what was signed, or
what is wrong with it (403). Region and service are taken from the request's credential scope. Service s3 follows S3's
rules, all others the general ones.
"""

import datetime
import hashlib
import hmac
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SECRETS = {"AKIDEXAMPLE": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "ASIATEMPORARY": "temporary/secret"}
TOKENS = {"ASIATEMPORARY": "session//token+with/signs=="}
UNSIGNED = "UNSIGNED-PAYLOAD"
FORMAT = "%Y%m%dT%H%M%SZ"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<credential>[^,\s]+), ?SignedHeaders=(?P<signed>[^,\s]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


class Refused(Exception):
    """What is wrong with a request."""


class Claim:
    """What a request says of its own signature, in the field or in the query."""

    def __init__(self, request):
        parameters = dict(request.query)
        field = request.headers.get("Authorization")
        self.in_query = "X-Amz-Signature" in parameters
        if self.in_query:
            if field:
                raise Refused("signed twice")
            if parameters.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
                raise Refused("unknown algorithm")
            credential, signed = parameters["X-Amz-Credential"], parameters["X-Amz-SignedHeaders"]
            self.signature, self.date = parameters["X-Amz-Signature"], parameters["X-Amz-Date"]
            self.token = parameters.get("X-Amz-Security-Token")
            self.life = int(parameters["X-Amz-Expires"])
        else:
            match = AUTHORIZATION.fullmatch(field or "")
            if not match:
                raise Refused(f"no Authorization that can be read: {field!r}")
            credential, signed, self.signature = match["credential"], match["signed"], match["signature"]
            self.date, self.life = request.headers.get("X-Amz-Date", ""), 900
            self.token = request.headers.get("X-Amz-Security-Token")
        self.key, day, self.region, self.service, end = credential.split("/")
        self.signed = signed.split(";")
        if end != "aws4_request" or not self.date.startswith(day):
            raise Refused("the credential's scope does not fit the date")

    def check_plainly(self, request):
        """All but the signature."""
        if self.key not in SECRETS:
            raise Refused(f"unknown access key {self.key}")
        if self.token != TOKENS.get(self.key):
            raise Refused(f"wrong session token {self.token!r}")
        made = datetime.datetime.strptime(self.date, FORMAT).replace(tzinfo=datetime.timezone.utc)
        if abs((datetime.datetime.now(datetime.timezone.utc) - made).total_seconds()) > self.life:
            raise Refused(f"too old or too new: {self.date}")
        if self.signed != sorted(self.signed) or "host" not in self.signed:
            raise Refused(f"signed headers must be sorted and have host: {self.signed}")
        unsigned = {name.lower() for name in request.headers if name.lower().startswith("x-amz-")} - set(self.signed)
        if unsigned:
            raise Refused(f"fields that must be signed: {sorted(unsigned)}")
        declared = request.headers.get("X-Amz-Content-SHA256")
        if self.service == "s3" and not self.in_query and declared is None:
            raise Refused("S3 wants X-Amz-Content-SHA256")
        if declared not in (None, UNSIGNED, hashlib.sha256(request.body).hexdigest()):
            raise Refused("X-Amz-Content-SHA256 is not that of the body")

    def compute(self, request):
        """The signature that botocore gives to what arrived."""
        kinds = {("s3", True): S3SigV4QueryAuth, ("s3", False): S3SigV4Auth}
        kind = kinds.get((self.service, self.in_query), SigV4QueryAuth if self.in_query else SigV4Auth)
        signer = kind(Credentials(self.key, SECRETS[self.key], self.token), self.service, self.region)
        query = [(name, value) for name, value in request.query if name != "X-Amz-Signature"]
        # botocore always sends S3 a path that is encoded throughout, and signs it as it is; S3 itself encodes it anew.
        path = quote(unquote(request.path), safe="/~") if self.service == "s3" else request.path
        known = AWSRequest(request.method, f"http://peer{path}", data=request.body, params=query)
        for name in self.signed:
            for value in request.headers.get_all(name) or []:
                known.headers.add_header(name, value)
        known.context["timestamp"] = self.date
        # botocore quotes what it is given as parameters, and takes none where it finds some in the URL.
        known.params = query
        canonical = signer.canonical_request(known)
        return canonical, signer.signature(signer.string_to_sign(known, canonical), known)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.method = self.command
        parts = urlsplit(self.path)
        self.query = parse_qsl(parts.query, keep_blank_values=True)
        self.body = self.read_body()
        whole, self.path = self.path, parts.path
        try:
            claim = Claim(self)
            claim.check_plainly(self)
            canonical, signature = claim.compute(self)
            if not hmac.compare_digest(signature, claim.signature):
                raise Refused(f"the signature does not match; what should have been signed:\n{canonical}")
            status, said = 200, {
                "key": claim.key, "region": claim.region, "service": claim.service, "signed": claim.signed,
                "in": "query" if claim.in_query else "header", "token": claim.token is not None,
                "payload": canonical.rsplit("\n", 1)[1], "target": whole, "size": len(self.body),
            }
        except (Refused, KeyError, ValueError) as error:
            status, said = 403, {"refused": str(error)}
        text = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def read_body(self):
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
