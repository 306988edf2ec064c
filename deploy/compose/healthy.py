"""Whether the pages of this container are ready: 0 or 1. The port may be given."""

import sys
import urllib.error
import urllib.request

port = sys.argv[1] if len(sys.argv) > 1 else "8000"
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=4) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except (urllib.error.URLError, OSError):
    sys.exit(1)
