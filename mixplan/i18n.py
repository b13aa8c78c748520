"""Interface language: messages are written in Chinese in the source and looked up in the English catalogue."""

import gettext as _gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"zh": "中文", "en": "English"}
LOCALE_DIR = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("mixplan_language", default="zh")


@cache
def _catalogue(language: str) -> _gettext.NullTranslations:
    if language == "zh":
        return _gettext.NullTranslations()
    return _gettext.translation("mixplan", LOCALE_DIR, languages=[language])


def set_language(language: str) -> None:
    """Choose the language of everything written from now on in this session."""
    _language.set(language if language in LANGUAGES else "zh")


def get_language() -> str:
    """Language in force: ``zh`` or ``en``."""
    return _language.get()


def gettext(message: str) -> str:
    """Translate a Chinese message into the language in force."""
    return _catalogue(_language.get()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Mark a message for translation that is looked up only when it is shown."""
    return message


def local(record: object, column: str = "name") -> str:
    """Pick a record's Chinese text or, in English, its ``<column>_en`` twin where it has one."""
    get = record.get  # type: ignore[attr-defined]
    if _language.get() == "en":
        english = get(f"{column}_en")
        if isinstance(english, str) and english:
            return english
    return str(get(column))
