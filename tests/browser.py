"""Chromium with a reader at its keyboard, over the DevTools protocol by a pipe: real key events, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip
KEYS = {
    "Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), " ": (32, " "), "End": (35, ""), "Home": (36, ""),
    "ArrowLeft": (37, ""), "ArrowRight": (39, ""), "ArrowDown": (40, ""),
}  # fmt: skip
"""Key -> its Windows code and the text that it types."""

SHIFT = 8
FOCUSABLE = """
(() => {
  const hidden = one => one.closest('details:not([open])') && !(one.matches('summary') && !one.parentElement.parentElement.closest('details:not([open])'));
  window.stops = [...document.querySelectorAll('a[href], summary, input, button, select, [tabindex="0"]')].filter(one => !hidden(one));
  return window.stops.length;
})()
"""
"""Collects what a reader with a keyboard must reach, in the order of the document; gives how many there are."""

FOCUSED = """
(() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return [window.stops.indexOf(one), outlined && box.width > 0 && box.left >= 0];
})()
"""
"""The number of the stop that has the focus (-1: none of them), and whether a reader sees that it has."""


class Browser:
    """One page in Chromium. A context manager: leaving it ends the browser that it started."""

    def __init__(self, folder: Path, path: Path, width: int = 1400, height: int = 900) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        arguments = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'keyboard'}", "about:blank"]

        def pipes() -> None:
            for high, fd in ((64, to_read), (65, to_write)):
                os.dup2(fd, high)
            os.dup2(64, 3)
            os.dup2(65, 4)

        self._process = subprocess.Popen(
            arguments,
            pass_fds=(3, 4),
            preexec_fn=pipes,  # noqa: PLW1509 - no threads here
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self._left, self._calls, self._attached = b"", 0, ""
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._attached = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")
        self.resize(width, height)
        self.call("Page.navigate", url=path.as_uri())
        self.until("document.readyState === 'complete'")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=30)
        os.close(self._write)
        os.close(self._read)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """What a command answers; events that come meanwhile are kept."""
        self._calls += 1
        message = {"id": self._calls, "method": method, "params": params}
        if self._attached:
            message["sessionId"] = self._attached
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            got = self._next()
            if got.get("id") == self._calls:
                if "error" in got:
                    raise RuntimeError(f"{method}: {got['error']}")
                return dict(got["result"])
            self.events.append(got)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            part = os.read(self._read, 1 << 16)
            if not part:
                raise RuntimeError("the browser ended")
            self._left += part
        message, _, self._left = self._left.partition(b"\0")
        return dict(json.loads(message))

    def run(self, expression: str) -> Any:
        """The value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def until(self, expression: str) -> None:
        """Waits until an expression in the page holds; an AssertionError where it never does."""
        for _ in range(600):
            if self.run(expression):
                return
            time.sleep(0.05)
        raise AssertionError(f"never: {expression}")

    def resize(self, width: int, height: int) -> None:
        """A screen of that size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def press(self, key: str, shift: bool = False) -> None:
        """One key down and up."""
        code, text = KEYS[key]
        event = {"key": key, "windowsVirtualKeyCode": code, "modifiers": SHIFT if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def walk(self) -> tuple[int, list[int], list[int]]:
        """How many stops there are, those that Tab comes to from the top, and those without a visible focus."""
        count = int(self.run(FOCUSABLE))
        self.run("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
        reached: list[int] = []
        unseen: list[int] = []
        for _ in range(count + 5):
            self.press("Tab")
            at, seen = self.run(FOCUSED)
            if at < 0 or at in reached:
                break
            reached.append(at)
            unseen += [] if seen else [at]
        return count, reached, unseen

    def names(self) -> list[tuple[str, str]]:
        """(role, name) of everything that a screen reader tells."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        told = [one for one in nodes if not one.get("ignored")]
        return [(one["role"]["value"], str(one.get("name", {}).get("value", "")).strip()) for one in told]

    def complaints(self) -> list[str]:
        """What the console said, faults, and addresses asked for beside the page itself."""
        self.run("0")
        found = []
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                found.append(f"{method}: {params}")
            if method == "Network.requestWillBeSent":
                url = str(params["request"]["url"])
                if not url.startswith(("file:", "data:", "about:")):
                    found.append(f"asked for {url}")
        return found
