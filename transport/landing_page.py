"""The page that a browser gets: our own, whole, and with nothing fetched from elsewhere."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse

_PAGE = Path(__file__).with_name("page.html")


@cache
def response(path: str) -> HTMLResponse:
    text = _PAGE.read_text(encoding="utf-8").replace("{{path}}", path)
    policy = [
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        f"style-src {_hash(text, 'style')}",
        f"script-src {_hash(text, 'script')}",
    ]
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept",
    }
    return HTMLResponse(text, headers=headers)


def _hash(page: str, tag: str) -> str:
    """The browser runs exactly this script, and no other that might get into the page."""
    found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    content = found[1] if found else ""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
