"""`python -m heldby`."""

from heldby.cli import main

if __name__ == "__main__":
    main()
