"""When somebody on a slow telephone sees a page: first contentful paint in Chromium with the line and the processor held back.

    python -m benches.bench_first_paint URL [PATH …]     a server that is running, such as a demo's

Slow 3G as WebPageTest has it (400 kbit/s each way, 400 ms there and back) and the processor four times slower; a browser
context of its own for each look, so that nothing is cached, and another look with what the first one left. The median of five.
"""

from __future__ import annotations

import argparse
from statistics import median

from playwright.sync_api import Browser, BrowserContext, sync_playwright

LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4
LOOKS = 5
PAINT = """() => new Promise(done => new PerformanceObserver((list, own) => {
  const found = list.getEntriesByName("first-contentful-paint")[0];
  if (found) { own.disconnect(); done([found.startTime, performance.getEntriesByType("resource").reduce((sum, each) => sum + each.transferSize, 0)
    + performance.getEntriesByType("navigation")[0].transferSize]); }
}).observe({type: "paint", buffered: true}))"""


def look(context: BrowserContext, address: str) -> tuple[float, int]:
    """Milliseconds until something is to be read, and the bytes of everything that was sent."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load", timeout=120_000)
    paint, size = page.evaluate(PAINT)
    page.close()
    return paint, int(size)


def measured(browser: Browser, address: str) -> tuple[float, float, int]:
    """First look and next look in milliseconds, and the bytes of the first."""
    first, again, sizes = [], [], []
    for _ in range(LOOKS):
        context = browser.new_context(viewport={"width": 360, "height": 740})
        paint, size = look(context, address)
        first.append(paint)
        sizes.append(size)
        again.append(look(context, address)[0])
        context.close()
    return median(first), median(again), max(sizes)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("url")
    asked.add_argument("paths", nargs="*", default=["/", "/go-on/", "/report/last_resort_desk/blank/"])
    given = asked.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for path in given.paths:
            first, again, size = measured(browser, given.url.rstrip("/") + path)
            print(f"{path:40} first {first:6.0f} ms   next {again:6.0f} ms   {size / 1000:6.1f} kB")
        browser.close()


if __name__ == "__main__":
    main()
