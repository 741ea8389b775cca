"""`python -m segmenter`: the command line."""

import sys

from segmenter.cli import main

sys.exit(main())
