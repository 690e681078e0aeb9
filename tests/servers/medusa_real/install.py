"""Install the real Medusa into `.cache/medusa`, once for each lock file; run it or call `install`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[2] / ".cache" / "medusa"
WANTED = ("package.json", "package-lock.json", "medusa-config.js")


def install() -> Path:
    """Return the folder whose node_modules hold Medusa; does nothing where the lock's content is there already."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stamp = FOLDER / ".installed"
    wanted = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in WANTED)).hexdigest()
    with (FOLDER / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Test processes that start together wait for the first one's install.
        if stamp.exists() and stamp.read_text() == wanted:
            return FOLDER
        stamp.unlink(missing_ok=True)
        for name in WANTED:
            shutil.copy(HERE / name, FOLDER / name)
        tools = Path(sys.executable).parent
        path = f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"
        npm = [str(tools / "npm"), "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
        # Standard output belongs to who calls this, for instance a test runner whose last line is read by others.
        subprocess.run(npm, cwd=FOLDER, env={**os.environ, "PATH": path}, check=True, stdout=sys.stderr.fileno())
        stamp.write_text(wanted)
    return FOLDER


if __name__ == "__main__":
    print(install())
