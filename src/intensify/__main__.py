"""`python -m intensify`."""

from intensify.cli import main

main()
