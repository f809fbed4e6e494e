"""beside.py: sends the requests of beside.json, which stdin has, with Python's requests and with curl.

Prints a list with an object for each case, `requests` and `curl`, each a list with what came of each step: the statuses
of its hops, the method and the URL of the last one, and the decoded body in base64; or an `error` in one word.
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.auth import HTTPDigestAuth

LIMIT = 30  # Seconds for a step that sets none.
REDIRECTS = 30
CURL_ERRORS = {6: "dns", 7: "connect", 28: "timeout", 47: "redirects"}


def outcome(statuses, method, url, body):
    return {"statuses": statuses, "method": method, "url": url, "body": base64.b64encode(body).decode()}


class Bearer(requests.auth.AuthBase):
    def __init__(self, token):
        self.token = token

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def with_requests(session, step):
    auth = None
    if "basic" in step:
        auth = tuple(step["basic"])
    if "digest" in step:
        auth = HTTPDigestAuth(*step["digest"])
    if "bearer" in step:
        auth = Bearer(step["bearer"])
    file = step.get("file")
    session.max_redirects = step.get("redirects") or REDIRECTS
    try:
        answer = session.request(
            step.get("method", "GET"), step["url"], params=step.get("query"), headers=dict(step.get("headers", [])),
            json=step.get("json"), data=step.get("form") or step.get("parts") or step.get("text"), auth=auth,
            files={file[0]: (file[1], file[2])} if file else None, allow_redirects=step.get("redirects") != 0,
            timeout=step.get("patience", LIMIT),
        )
    except requests.TooManyRedirects:
        return {"error": "redirects"}
    except requests.Timeout:
        return {"error": "timeout"}
    except requests.ConnectionError as error:
        text = str(error)
        return {"error": "timeout" if "timed out" in text else "dns" if "NameResolution" in text else "connect"}
    statuses = [hop.status_code for hop in answer.history] + [answer.status_code]
    return outcome(statuses, answer.request.method, answer.url, answer.content)


def curl_arguments(step, folder):
    method = step.get("method", "GET")
    has_body = any(kind in step for kind in ("json", "form", "parts", "text"))
    if method == "HEAD":
        yield "--head"
    elif method != ("POST" if has_body else "GET"):
        yield from ("-X", method)
    for name, value in step.get("headers", []):
        # As a field of one's own it would go to every host.
        yield from (("-b", value) if name == "Cookie" else ("-H", f"{name}: {value}"))
    if "json" in step:
        yield from ("-H", "Content-Type: application/json", "--data-binary", json.dumps(step["json"]))
    if "text" in step:
        # Without a type of its own the text has none: curl's would be that of a form.
        yield from ("-H", "Content-Type:", "--data-binary", step["text"]) if "headers" not in step else (
            "--data-binary", step["text"])
    for name, value in step.get("form", []):
        yield from ("--data-urlencode", f"{name}={value}")
    for name, value in step.get("parts", []):
        yield from ("-F", f"{name}={value}")
    if "file" in step:
        name, filename, text = step["file"]
        (folder / filename).write_text(text)
        yield from ("-F", f"{name}=@{folder / filename}")
    for kind in ("basic", "digest"):
        if kind in step:
            yield from (f"--{kind}", "-u", ":".join(step[kind]))
    if "bearer" in step:
        yield from ("-H", f"Authorization: Bearer {step['bearer']}")
    if step.get("redirects") != 0:
        yield from ("-L", "--max-redirs", str(step.get("redirects", REDIRECTS)))
    yield from ("-m", str(step.get("patience", LIMIT)))


def with_curl(folder, step):
    url = requests.Request("GET", step["url"], params=step.get("query")).prepare().url
    heads, body, jar = folder / "heads", folder / "body", folder / "jar"
    body.write_bytes(b"")
    run = subprocess.run(
        ["curl", "-q", "-sS", "--noproxy", "*", "--compressed", "-D", heads, "-o", body, "-b", jar, "-c", jar, "-w", "%{json}",
         *curl_arguments(step, folder), url],
        capture_output=True, check=False, text=True,
    )
    if run.returncode != 0:
        return {"error": CURL_ERRORS.get(run.returncode, f"{run.returncode}: {run.stderr}")}
    told = json.loads(run.stdout)
    statuses = [int(status) for status in re.findall(r"^HTTP/\S+ (\d+)", heads.read_text(), re.MULTILINE)]
    # With --head, -o has the head.
    bytes_ = b"" if told["method"] == "HEAD" else body.read_bytes()
    return outcome([status for status in statuses if status >= 200], told["method"], told["url_effective"], bytes_)


def both(case):
    session = requests.Session()
    session.trust_env = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        return {
            "requests": [with_requests(session, step) for step in case["steps"]],
            "curl": [with_curl(folder, step) for step in case["steps"]],
        }


if __name__ == "__main__":
    with ThreadPoolExecutor(4) as pool:
        json.dump(list(pool.map(both, json.load(sys.stdin))), sys.stdout)
