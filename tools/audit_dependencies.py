"""What heldby is built of, and what is known to be wrong with it.

    python tools/audit_dependencies.py [--environment .venv/bin/python] [--out build/sbom]

Writes two bills of materials (CycloneDX 1.6, JSON): `python.json` of what is installed for a Python and `page.json` of what the page is built from, and
asks the registries for known vulnerabilities of both (pip-audit, npm audit). Ends with 1 where one is known. A registry that cannot be asked, or that knows
nothing of a package, is named: silence is not safety. Needs pip-audit and cyclonedx-bom in the Python it runs in; npm where it is there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 240  # seconds for a registry


def told(*call: str, folder: Path = ROOT) -> tuple[Any, str]:
    """The JSON that a command prints, whatever its exit code, or why there is none."""
    try:
        ran = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None, f"no answer in {PATIENCE} s"
    try:
        return json.loads(ran.stdout), ""
    except ValueError:
        lines = (ran.stderr.strip() or ran.stdout.strip() or f"exit code {ran.returncode}").splitlines()
        return None, lines[-1][:200]


def python_vulnerabilities() -> list[str]:
    """Known vulnerabilities of the installed packages, by the constraints that pin them."""
    call = (
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        "constraints.txt",
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    )
    found, cause = told(*call)
    if found is None:
        print(f"python: could not be audited: {cause}")
        return []
    packages = found["dependencies"]
    unknown = [p["name"] for p in packages if "skip_reason" in p]
    bad = [f"{p['name']} {p['version']}: {v['id']}" for p in packages for v in p.get("vulns", ())]
    print(f"python: {len(packages) - len(unknown)} of {len(packages)} pinned packages audited, {len(bad)} known vulnerabilities")
    if unknown:
        print(f"python: the registry knows nothing of {len(unknown)}: {', '.join(unknown[:5])}{' ...' if len(unknown) > 5 else ''}")
    return bad


def page_vulnerabilities() -> list[str]:
    """Known vulnerabilities of what the page is built from."""
    found, cause = told("npm", "audit", "--json", folder=ROOT / "page")
    if found is None or "metadata" not in found:
        print(f"page: could not be audited: {cause or found.get('message', 'npm gave no report')}")
        return []
    bad = [f"{name}: {v['severity']}" for name, v in sorted(found["vulnerabilities"].items())]
    print(f"page: {found['metadata']['dependencies']['total']} packages audited, {len(bad)} known vulnerabilities")
    return bad


def bills(out: Path, environment: str) -> None:
    """Both bills of materials. Raises SystemExit where one cannot be written."""
    out.mkdir(parents=True, exist_ok=True)
    calls: list[tuple[str, tuple[str, ...], Path]] = [
        (
            "python",
            (sys.executable, "-m", "cyclonedx_py", "environment", environment, "--output-reproducible", "--pyproject", "pyproject.toml"),
            ROOT,
        )
    ]
    if shutil.which("npm"):
        calls.append(("page", ("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only"), ROOT / "page"))
    for name, call, folder in calls:
        made, cause = told(*call, folder=folder)
        if made is None or not made.get("components"):
            raise SystemExit(f"{name}: no bill of materials: {cause}")
        (out / f"{name}.json").write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{name}: {len(made['components'])} components in {out / f'{name}.json'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "sbom")
    parser.add_argument("--environment", default=sys.executable, help="a Python, whose packages are listed")
    asked = parser.parse_args()
    bills(asked.out, asked.environment)
    bad = python_vulnerabilities() + (page_vulnerabilities() if shutil.which("npm") else [])
    for line in bad:
        print(f"known vulnerability: {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
