"""``make audit``: advisories are listed, and a database that does not answer is never taken for "none"."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import audit
import pytest


@pytest.fixture
def database(monkeypatch):
    """A database on this machine that answers what a test puts into ``answers``; and what it was asked."""
    answers, asked = [], []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[0](asked[0]["queries"]))

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("MIXPLAN_ADVISORIES", f"http://127.0.0.1:{server.server_port}/")
    yield answers, asked
    server.shutdown()
    server.server_close()


def results(found):
    return lambda queries: json.dumps({"results": [found(q["package"]["name"]) for q in queries]}).encode()


def test_every_locked_package_is_asked_for(database):
    answers, asked = database
    answers.append(results(lambda name: {}))
    assert audit.main() == 0
    locked = re.findall(r"^(\S+)==(\S+)", audit.LOCK.read_text("utf-8"), re.M)
    assert [(q["package"]["name"], q["version"]) for q in asked[0]["queries"]] == locked and len(locked) > 50


def test_advisories_are_listed_and_fail(database, capsys):
    database[0].append(
        results(lambda name: {"vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]} if name == "jinja2" else {})
    )
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert re.search(r"^jinja2 \S+: PYSEC-1, CVE-2$", said, re.M) and "1 of" in said


@pytest.mark.parametrize("answer", [b"", b"<html>sign in</html>", b"{}", b'{"results": [{}]}', b'{"results": null}'])
def test_an_answer_that_is_none_is_unknown(database, capsys, answer):
    database[0].append(lambda queries: answer)
    assert audit.main() == 0
    assert capsys.readouterr().out.startswith("UNKNOWN")


def test_a_database_out_of_reach_is_unknown(monkeypatch, capsys):
    monkeypatch.setenv("MIXPLAN_ADVISORIES", "http://127.0.0.1:9/")
    assert audit.main() == 0
    assert capsys.readouterr().out.startswith("UNKNOWN")
