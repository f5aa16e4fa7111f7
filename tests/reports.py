"""Reports as files, as tests read them."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

from classes import ODD_ENDING, ODD_ID

from gradlab.base.texts import LANGUAGES

N_STUDENTS = 30


ODD_STUDENT = f"s{ODD_ID:04d}{ODD_ENDING}"


def pages(report):
    return sorted(path for language in LANGUAGES for path in (report / language).rglob("*.html"))


def table_of(path):
    """Return the rows of a CSV file, each as a dict."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


class Links(HTMLParser):
    """Collects the link targets and the tags of a page."""

    def __init__(self):
        super().__init__()
        self.hrefs = []
        self.tags = []

    def handle_starttag(self, tag, attrs):
        """Collect one tag."""
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.hrefs.append(dict(attrs)["href"])


def parsed(path):
    parser = Links()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser
