"""Run the command `advisor`, also as `python -m advisor`; whoever stops it while it is loaded is told so in a line."""

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code, see `advisor.cli`."""
    try:
        from advisor.cli import main as command  # some tenths of a second, in which Ctrl-C may come

        return command(arguments)
    except KeyboardInterrupt:
        print("advisor: stopped", file=sys.stderr)
        return 130
    finally:
        # An interrupt inside exec(), with which a dataclass is made, is kept in mind until the next one, and Python
        # would end with the signal instead of our exit code (bpo-1054041).
        exec("")


if __name__ == "__main__":
    sys.exit(main())
