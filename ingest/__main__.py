"""Run the command `advisor ingest` as `python -m ingest`."""

import sys

from advisor.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["ingest", *sys.argv[1:]]))
