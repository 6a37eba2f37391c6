"""Looks the pinned versions up for known holes, and says so when nobody could be asked.

Fails on a known hole. A registry that keeps no list of holes, or does not answer in time, is no
reason to stop a change: what could not be looked up is told.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS = 120


def judge(report: Mapping[str, Any]) -> tuple[bool, str]:
    """Return whether all is well with what pip-audit found (its JSON), and that in words."""
    packages = report["dependencies"]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}"
        + (f", mended in {', '.join(hole['fix_versions'])}" if hole["fix_versions"] else "")
        for package in packages
        for hole in package.get("vulns", ())
    ]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    told = f"{len(packages) - len(unknown)} of {len(packages)} pinned packages were looked up"
    if unknown:
        told += f"; the registry knows nothing about {len(unknown)}: {', '.join(unknown[:5])}"
        told += ", ..." if len(unknown) > 5 else ""
    return not holes, "\n".join([*holes, f"{told}; {len(holes)} known holes."])


def main(lock: str) -> int:
    """Audit the packages of a lock file; return the exit code."""
    program = str(Path(sys.executable).with_name("pip-audit"))
    command = [program, "--disable-pip", "--require-hashes", "-r", lock, "-f", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        well, told = judge(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        well, told = True, f"no answer within {SECONDS} s: nothing was looked up."
    except ValueError:
        last = done.stderr.strip().rpartition("\n")[2]
        well, told = True, f"nothing could be looked up: {last}"
    sys.stdout.write(f"audit of {lock}: {told}\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
