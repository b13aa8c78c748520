"""Layer documents: what the map script draws, told apart from what of it is shown."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mixplan.base.files.jsontext import json_text

_LOOK = ("pane", "shape", "radius", "metres", "cls", "style")
_TEXT = ("id", "tip", "label")


@dataclass(frozen=True)
class Document:
    """Features of one map layer in drawing order, which the browser fetches once.

    Attributes
    ----------
    content : dict
        A GeoJSON collection in degrees whose features say what they are (``id``), what they tell (``tip``, lines of
        plain text), their name on the map (``label``) and which of the ``looks`` they have.
    ids : Index
        The id of each feature, none where it has none.
    """

    content: dict[str, Any] = field(repr=False)
    ids: pd.Index = field(repr=False)

    @property
    def text(self) -> bytes:
        """The document as JSON."""
        return json.dumps(self.content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def document(collections: Iterable[Mapping[str, Any]]) -> Document:
    """One layer document of several collections; each look that occurs stands in it once."""
    looks: dict[str, int] = {}
    features = []
    for collection in collections:
        for feature in collection["features"]:
            given = feature["properties"]
            look = json.dumps({key: given[key] for key in _LOOK if key in given}, sort_keys=True)
            told = {key: given[key] for key in _TEXT if given.get(key)}
            properties = {"look": looks.setdefault(look, len(looks)), **told}
            features.append({"type": "Feature", "geometry": feature["geometry"], "properties": properties})
    whole = {"type": "FeatureCollection", "looks": [json.loads(look) for look in looks], "features": features}
    ids = pd.Index([feature["properties"].get("id") for feature in features], dtype=object)
    return Document(whole, ids)


def shown_bits(flags: NDArray[np.bool_]) -> str | None:
    """Which features are shown, a bit each from the first on, as base64; none where all are."""
    return None if flags.all() else base64.b64encode(np.packbits(flags).tobytes()).decode("ascii")


def facet_document(codes: pd.DataFrame) -> bytes:
    """What a layer's features can be filtered by in the browser, as JSON: for every code which features have it.

    Parameters
    ----------
    codes : DataFrame
        One row a feature in drawing order; a column a choice.
    """
    bits = {
        str(name): {str(code): shown_bits((column == code).to_numpy(bool)) for code in column.unique()}
        for name, column in codes.items()
    }
    return json_text(bits, indent=None).encode()


def message_code(message: Mapping[str, Any]) -> str:
    """A message to the map script in signs that mean nothing to a template, a script or HTML: base64 of JSON."""
    return base64.b64encode(json_text(message, indent=None).encode()).decode("ascii")
