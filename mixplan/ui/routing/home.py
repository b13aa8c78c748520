"""The first page has the bare address: written out, its name leads there."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mixplan.ui.basepath import below_base
from mixplan.ui.pages import HOME


def home_route() -> Route:
    """The address of the first page written out."""
    return Route(below_base(f"/{HOME}"), _answer, methods=["GET"])


def _answer(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(below_base("/") + query)
