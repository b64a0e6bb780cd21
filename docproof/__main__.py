"""`python -m docproof VERB`."""

import sys

from docproof.cli import main

sys.exit(main())
