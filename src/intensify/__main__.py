"""`python -m intensify` is the command line."""

from intensify.cli import main

if __name__ == "__main__":
    main()
