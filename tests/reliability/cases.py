"""The faults that an import goes through, and how a run ends that meets one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reliability import faults
from tests.reliability.fault_proxy import Fault

XML_RPC = "xmlrpc"
JSON_2 = "json2"
PROTOCOLS = (XML_RPC, JSON_2)

GIVEN_UP_SECONDS = 1.2
"""The time-out of the runs that have to meet it; more than any of their calls takes."""


@dataclass(frozen=True)
class Case:
    """A fault; ``stops`` are the protocols over which it ends the run.

    ``repeats`` says that calls are repeated, which the summary tells. ``settings`` are those of
    the connection.
    """

    fault: Fault
    stops: tuple[str, ...] = ()
    repeats: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


_IMPATIENT = {"timeout": GIVEN_UP_SECONDS}

CASES: Mapping[str, Case] = {
    "drop before sending": Case(faults.drop_before_sending),
    "drop after the commit": Case(faults.drop_after_the_commit),
    "half a reply": Case(faults.half_a_reply),
    "reply after the time-out": Case(faults.reply_after_the_time_out, settings=_IMPATIENT),
    "429 with Retry-After": Case(faults.too_many_requests("1")),
    "502 with a page": Case(faults.bad_gateway),
    "login page": Case(faults.login_page, stops=PROTOCOLS, repeats=False),
    "slow drip": Case(faults.slow_drip(0.03), repeats=False),
    "connection refused": Case(faults.refused_for(0.6)),
    "duplicate reply": Case(faults.duplicate_reply, repeats=False),
    "wrong content type": Case(faults.wrong_content_type, stops=(JSON_2,), repeats=False),
}
"""What every type of file goes through."""

MORE_CASES: Mapping[str, Case] = {
    "half a reply without its length": Case(faults.half_a_reply_without_length),
    "carried out after the time-out": Case(
        faults.carried_out_after_the_time_out, settings=_IMPATIENT
    ),
    "502 after the commit": Case(faults.bad_gateway_after_the_commit),
    "drip past the time-out": Case(faults.slow_drip(0.2), settings=_IMPATIENT),
}
"""What is worse still, or close to what stands above."""

ALL_CASES: Mapping[str, Case] = {**CASES, **MORE_CASES}
