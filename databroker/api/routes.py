"""API routes: `{name}` placeholders, with and without the trailing slash."""

import re
from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, re_path


def route(path: str, view: Callable[..., Any], name: str) -> URLPattern:
    """`route("datasets/{id}/ingest", view, "api_ingest")` matches both /datasets/x/ingest and /datasets/x/ingest/.

    A placeholder takes one path segment; `{slug_path}` (ending in `_path`) takes several.
    """

    def placeholder(match: re.Match[str]) -> str:
        pattern = r".+?" if match[1].endswith("_path") else r"[^/]+"
        return f"(?P<{match[1]}>{pattern})"

    expression = re.sub(r"\{(\w+)\}", placeholder, path.strip("/").replace(".", r"\."))
    return re_path(rf"^{expression}/?$", view, name=name)
