"""The sandbox shop as a process of its own, on a free port, for tests."""

import re
import subprocess
import sys
from pathlib import Path

import httpx2

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "sandbox_shop.py"
KEY = "test-shop-key"


class SandboxShop:
    """Starts `examples/sandbox_shop.py`; `sell` places orders, `break_next` makes calls go wrong."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "shop.db"
        command = [sys.executable, str(PROGRAM), "--port", "0", "--data", str(self.data), "--key", KEY]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = re.search(r"http://\S+", line)[0]
        self._http = httpx2.Client(base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, trust_env=False)

    def sell(self, *lines: tuple[str, int]) -> str:
        """Place a paid order of these (sku, quantity) pairs; return its id."""
        sys.path.insert(0, str(PROGRAM.parent))
        try:
            from sandbox_shop import Shop
        finally:
            sys.path.pop(0)
        return str(Shop(str(self.data)).sell(list(lines)))

    def order(self, order_id: str) -> dict:
        """Return the order as the shop has it, fulfilments included."""
        return self._http.get(f"/api/orders/{order_id}").json()

    def break_next(self, **faults: int) -> None:
        """Make the next calls go wrong: drop, fail, hang, limit."""
        self._http.post("/faults", json=faults).raise_for_status()

    def stop(self) -> None:
        self._http.close()
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()
