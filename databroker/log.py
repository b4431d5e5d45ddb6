"""Keeps download tokens and API tokens out of the logs."""

import logging
import re

_SECRETS = re.compile(r"(token=)[^&\s\"']+|dbk_[A-Za-z0-9_-]{8,}|dbd_[A-Za-z0-9_-]{8,}")


def scrub(text: str) -> str:
    """`text` with every token replaced by `[removed]`."""
    return _SECRETS.sub(lambda match: (match[1] or "") + "[removed]", text)


class ScrubTokens(logging.Filter):
    """Rewrites each message once it is formatted; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        cleaned = scrub(message)
        if cleaned != message:
            record.msg, record.args = cleaned, ()
        return True
