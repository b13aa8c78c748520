"""Interface language: messages are written in Chinese in the source and looked up in the English catalogue."""

import gettext as _gettext
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"zh": "中文", "en": "English"}
LOCALE_DIR = Path(__file__).parents[1] / "locale"

_language: ContextVar[str | None] = ContextVar("mixplan_language", default=None)


def _no_session() -> str | None:
    return None


_session_language: Callable[[], str | None] = _no_session


def follow_session(language: Callable[[], str | None]) -> None:
    """Ask ``language`` for the language in force wherever `set_language` has chosen none.

    A web session runs callbacks and timed parts of a page in threads that have run no page, so what a page set is
    not known there; the session itself is. A page sets it first of all: to ask the session for each of the thousands
    of words on it takes longer than to look them up.
    """
    global _session_language
    _session_language = language


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    if language == "zh":
        return _gettext.NullTranslations()
    return _gettext.translation("mixplan", LOCALE_DIR, languages=[language])


def set_language(language: str) -> None:
    """Choose the language of everything written from now on in this thread."""
    _language.set(language if language in LANGUAGES else "zh")


def get_language() -> str:
    """Language in force: ``zh`` or ``en``."""
    return _language.get() or _session_language() or "zh"


def gettext(message: str) -> str:
    """Translate a Chinese message into the language in force."""
    return _catalogue(get_language()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message for translation that is looked up only when it is shown."""
    return message


def local(record: object, column: str = "name") -> str:
    """Pick a record's Chinese text or, in English, its ``<column>_en`` twin where it has one.

    Parameters
    ----------
    record : mapping, row of a table, or object
        Looked up by key where it has ``get``, else by attribute.
    """
    get = getattr(record, "get", None) or (lambda key: getattr(record, key, None))
    if get_language() == "en":
        english = get(f"{column}_en")
        if isinstance(english, str) and english:
            return english
    return str(get(column))
