"""What the proxy can do to a call."""

from __future__ import annotations

import time

from tests.reliability.fault_proxy import Exchange, Fault, Reply

PATIENCE_SECONDS = 20.0
"""How long a fault waits for the client to give up."""

TEXT = (("Content-Type", "text/plain"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)
BAD_GATEWAY = Reply(502, HTML, b"<html><head><title>502 Bad Gateway</title></head></html>")
LOGIN_PAGE = Reply(200, HTML, b"<!DOCTYPE html><html><head><title>Log in | Odoo</title></html>")


def drop_before_sending(exchange: Exchange) -> None:
    """Cut the connection; Odoo never hears of the call."""
    exchange.cut()


def drop_after_the_commit(exchange: Exchange) -> None:
    """Let Odoo carry the call out, then cut the connection."""
    exchange.forward()
    exchange.cut()


def half_a_reply(exchange: Exchange) -> None:
    """Send half of the answer, under the length of the whole."""
    reply = exchange.forward()
    exchange.answer(reply, body=_half(reply), length=len(reply.body))
    exchange.hang_up()


def half_a_reply_without_length(exchange: Exchange) -> None:
    """Send half of the answer as if it were the whole."""
    reply = exchange.forward()
    exchange.answer(reply, body=_half(reply), length=-1)
    exchange.hang_up()


def reply_after_the_time_out(exchange: Exchange) -> None:
    """Let Odoo carry the call out at once, and answer when nobody listens any more."""
    reply = exchange.forward()
    assert exchange.wait_until_given_up(PATIENCE_SECONDS)
    exchange.answer(reply)
    exchange.hang_up()


def carried_out_after_the_time_out(exchange: Exchange) -> None:
    """Hand the call to Odoo only when the client has given it up and is sending it again."""
    assert exchange.wait_until_given_up(PATIENCE_SECONDS)
    exchange.forward()
    exchange.hang_up()


def too_many_requests(retry_after: str = "1") -> Fault:
    """Ask to come back later; Odoo never hears of the call."""
    reply = Reply(429, (("Retry-After", retry_after), *TEXT), b"Too many requests")
    return lambda exchange: exchange.answer(reply)


def bad_gateway(exchange: Exchange) -> None:
    """Answer with the page of a web server that has lost its Odoo."""
    exchange.answer(BAD_GATEWAY)


def bad_gateway_after_the_commit(exchange: Exchange) -> None:
    """Let Odoo carry the call out, then answer that it could not be reached."""
    exchange.forward()
    exchange.answer(BAD_GATEWAY)


def login_page(exchange: Exchange) -> None:
    """Answer with a page for people, as a portal before the network does."""
    exchange.answer(LOGIN_PAGE)


def slow_drip(pause: float, pieces: int = 10) -> Fault:
    """Send the answer in pieces, with seconds between them."""

    def drip(exchange: Exchange) -> None:
        reply = exchange.forward()
        step = -(-len(reply.body) // pieces)
        exchange.answer(reply, body=b"", length=len(reply.body))
        for start in range(0, len(reply.body), step):
            time.sleep(pause)
            exchange.write(reply.body[start : start + step])

    return drip


def refused_for(seconds: float) -> Fault:
    """Cut the connection and take no new ones for a while."""

    def refuse(exchange: Exchange) -> None:
        exchange.proxy.refuse_for(seconds)
        exchange.cut()

    return refuse


def duplicate_reply(exchange: Exchange) -> None:
    """Send the answer twice on a connection that stays open."""
    reply = exchange.forward()
    exchange.answer(reply)
    exchange.answer(reply)


def wrong_content_type(exchange: Exchange) -> None:
    """Send the answer under the name of something else."""
    reply = exchange.forward()
    exchange.answer(Reply(reply.status, (("Content-Type", "image/png"),), reply.body))


def _half(reply: Reply) -> bytes:
    return reply.body[: len(reply.body) // 2]
