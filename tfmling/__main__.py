"""`python -m tfmling`: the same as the command `tfmling`."""

from tfmling.cli.main import main

if __name__ == "__main__":
    main()
