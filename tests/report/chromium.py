"""A real browser without a window, told what to do through a pipe: it clicks, types and prints.

It speaks the DevTools protocol, messages of JSON with a zero byte behind each, on the file
descriptors 3 (to the browser) and 4 (from it).
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--remote-debugging-pipe",
)  # fmt: skip
_START = """
import fcntl, os, sys
read, write = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_chromium() -> str | None:
    """Return the path of a browser that this driver can use, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """A browser with one page."""

    def __init__(self, program: str, profile: Path) -> None:
        """Start the browser; the profile is a folder that it may fill."""
        read, self._to = os.pipe()
        self._from, write = os.pipe()
        command = [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, str(read), str(write), *command],
            pass_fds=(read, write),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read)
        os.close(write)
        self._left, self._number, self._session = b"", 0, None
        self.events: list[dict[str, Any]] = []
        pages = self.call("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser do something and return its answer; events on the way are kept."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            asked["sessionId"] = self._session
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while True:
            told = self._read()
            if told.get("id") != self._number:
                self.events.append(told)
                continue
            if "error" in told:
                raise AssertionError(f"{method}: {told['error']['message']}")
            return told["result"]

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            more = os.read(self._from, 1 << 20)
            assert more, "the browser has gone"
            self._left += more
        told, _, self._left = self._left.partition(b"\0")
        return json.loads(told)

    def open(self, address: str) -> None:
        """Open an address, and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=address)
        while not any(told.get("method") == "Page.loadEventFired" for told in self.events):
            self.events.append(self._read())

    def ask(self, script: str) -> Any:
        """Return what a script gives in the page."""
        told = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until a script gives something that is true, and return it."""
        return self.ask(
            "new Promise((done, fail) => { const end = performance.now() + 10000;"
            f"(function look() {{ const found = ({script}); if (found) return done(found);"
            "if (performance.now() > end) return fail(new Error('nothing came'));"
            "setTimeout(look, 20); })(); })"
        )

    def click(self, selector: str) -> None:
        """Press the mouse in the middle of an element and let go."""
        x, y = self.ask(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            "it.scrollIntoView({block: 'center'}); const box = it.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def choose(self, name: str, value: str) -> int:
        """Choose in a list with the arrow keys; return the number in brackets behind it."""
        options = self.ask(f"[...document.getElementById('{name}').options].map(o => o.value)")
        self.ask(f"document.getElementById('{name}').focus()")
        for _ in range(options.index(value)):
            self.press("ArrowDown")
        chosen = self.ask(f"document.getElementById('{name}').selectedOptions[0].text")
        return int(chosen.rpartition("(")[2].strip(")"))

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key that writes nothing, such as Tab, or Enter."""
        codes = {"Tab": 9, "Enter": 13, "ArrowDown": 40}
        more = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key,
                windowsVirtualKeyCode=codes[key], **more,
            )  # fmt: skip

    def print(self) -> bytes:
        """Return the page as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def picture(self, width: int, height: int, dark: bool = False) -> bytes:
        """Return a picture of the page as PNG, in a window of so many pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])
