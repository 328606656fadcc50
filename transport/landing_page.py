"""The page for browsers: our own, self-contained, without anything from other hosts."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse

_PAGE = Path(__file__).with_name("page.html")


@cache
def response(path: str) -> HTMLResponse:
    """The page for the API at this path."""
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
    """The hash by which the browser recognizes this script or style, and no injected one."""
    element = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    content = element[1] if element else ""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
