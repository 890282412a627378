"""`python -m runwalk_tools` is the command `runwalk`."""

import sys

from runwalk_tools.main import main

sys.exit(main())
