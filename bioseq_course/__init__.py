"""Helper package of the course *Deep learning on biological sequences*.

Import from the module that holds the idea: ``from bioseq_course.alphabet import DNA``.
Importing the package itself loads nothing else.
"""

__version__ = "0.1.0"
