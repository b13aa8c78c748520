"""Where the server's own addresses lie: below the path that it shares a host name by."""

from streamlit import config


def below_base(path: str) -> str:
    """A path of this server as a browser asks for it (``/layers`` → ``/plan/mixplan/layers``)."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path
