"""databroker/log.py"""

import logging

from databroker.log import ScrubTokens, scrub


def test_tokens_do_not_reach_the_log() -> None:
    line = 'GET /dl/ent_1/1.0.0/data.parquet?token=dbd_secretsecret HTTP/1.1 "Bearer dbk_anothersecret"'
    assert "secret" not in scrub(line)


def test_the_filter_rewrites_arguments_too() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "asked %s", ("/dl?token=hush&x=1",), None)
    ScrubTokens().filter(record)
    assert record.getMessage() == "asked /dl?token=[removed]&x=1"
