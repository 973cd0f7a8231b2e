"""Data Docs that need no other machine.

Their pages load styles, scripts and pictures from the servers of others. Such a script would run
beside the data of subjects, and a page would be blank where there is no network. Here the browser
is told to load nothing from elsewhere and to run nothing, a small style takes the place of theirs,
and the first page, which a script would fill, gets a plain list of the others.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

INDEX = "index.html"
_HEAD = """<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'unsafe-inline'"><style>
body{font-family:sans-serif;margin:1rem}table{border-collapse:collapse}
td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:left;vertical-align:top}
.fa-check-circle::before{content:"met"}.fa-times::before{content:"not met"}
.fa-exclamation-triangle::before{content:"broken"}
.modal,.cooltip,.footer,footer,img,form,button,input,label{display:none}
</style>"""


def close_pages(folder: Path) -> None:
    """Shut the pages of a folder off from everything that is not in them."""
    pages = sorted(folder.rglob("*.html"))
    for page in pages:
        text = page.read_text("utf-8").replace("<head>", _HEAD, 1)
        if page == folder / INDEX:
            links = _links(folder, pages)
            text = text.replace("<body>", f"<body>{links}", 1)
        page.write_text(text, "utf-8")


def _links(folder: Path, pages: list[Path]) -> str:
    names = [page.relative_to(folder).as_posix() for page in pages if page != folder / INDEX]
    items = "".join(f'<li><a href="{quote(name)}">{escape(name)}</a></li>' for name in names)
    return f"<ul>{items}</ul>"
