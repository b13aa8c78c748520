"""A small login service for the tests: OpenID Connect on this machine, whose people are whoever the browser names.

Its page to log in asks for nothing but a mail address. Codes work once and for their own challenge, as in the standard.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

PEOPLE = {
    "li@office.example": {"name": "李四"},
    "wang@office.example": {"name": "王五"},
    "kan@office.example": {"name": "看"},
    "gast@office.example": {"name": "客"},
    "gruppe@office.example": {"name": "组员", "groups": ["mixplan-review", "canteen"]},
}
CLIENT, SECRET = "mixplan", "a secret of the client's"


class Provider:
    """The service, at ``address`` until `end`; ``asked`` has the requests to log in, ``codes`` those handed out."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self.handed: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def document(self) -> dict[str, object]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def login_page(self, asked: dict[str, str]) -> str:
        self.asked.append(asked)
        links = []
        for mail in PEOPLE:
            code = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "mail": mail}
            back = asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})
            links.append(f'<p><a href="{back.replace("&", "&amp;")}">{mail}</a></p>')
        return "".join(links)

    def token(self, given: dict[str, str]) -> dict[str, object] | None:
        wanted = self.codes.pop(given.get("code", ""), None)
        if wanted is None or wanted["redirect_uri"] != given.get("redirect_uri"):
            return None
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != wanted["code_challenge"]:
            return None
        now, mail = int(time.time()), wanted["mail"]
        claims = {"iss": self.address, "aud": CLIENT, "sub": mail, "iat": now, "exp": now + 600, "email": mail}
        claims |= {"nonce": wanted["nonce"], **PEOPLE[mail]}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        self.handed.append(signed)
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "id_token": signed,
            "expires_in": 600,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_said: object) -> None:
                pass

            def answer(self, status: int, content: object, kind: str = "application/json") -> None:
                body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/.well-known/openid-configuration":
                    self.answer(200, provider.document())
                elif parts.path == "/jwks":
                    self.answer(200, {"keys": [{**provider.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]})
                elif parts.path == "/authorize":
                    self.answer(200, provider.login_page(asked), "text/html; charset=utf-8")
                elif parts.path == "/end":
                    self.answer(200, "<p>logged out</p>", "text/html; charset=utf-8")
                else:
                    self.answer(404, {})

            def do_POST(self) -> None:
                given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                token = provider.token({name: values[0] for name, values in given.items()})
                self.answer(200 if token else 400, token or {"error": "invalid_grant"})

        return Handler


def secrets_file(provider: Provider, workbench: str, *, more: str = "") -> str:
    """secrets.toml of a workbench with this login."""
    return f"""
[auth]
redirect_uri = "{workbench}/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.address}/.well-known/openid-configuration"

[access]
planner = ["Li@office.example", "wang@office.example"]
viewer = ["kan@office.example"]
role_claim = "groups"
groups = {{ mixplan-review = "reviewer" }}
{more}
"""
