"""Hand-outs opened again and read, and the proposal that they tell of."""

import io

import pypdf
from pptx import Presentation

SITES = [
    {"id": f"s{n}", "name": f"=站{n}", "lon": 116.75 + n / 40, "lat": 40.1 - n / 14, "capacity": 80} for n in range(5)
]


def slide_texts(content: bytes) -> str:
    """Every text on the slides of a presentation."""
    texts = []
    for slide in Presentation(io.BytesIO(content)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            elif shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(texts)


def pdf_text(content: bytes) -> str:
    """Every text in a PDF."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
