"""`python -m yinling.site` is the console script `yinling`."""

from yinling.site.cli import main

main()
