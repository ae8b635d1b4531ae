"""nbgrader reads our layout: solutions/ is its source folder, labs/ its release folder.

``bioseq-course build`` makes both, so instructors never need ``nbgrader generate_assignment``
to write labs; they run it once for the gradebook's sake (see CONTRIBUTING.md).
"""

c = get_config()

c.CourseDirectory.course_id = "bioseq_course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "labs"
# generate_assignment copies every file of a source folder; the .py source holds the answers.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc"]
c.ClearSolutions.code_stub = {"python": 'raise NotImplementedError("write your code here")'}
c.ClearSolutions.text_stub = "*Write your answer here.*"
# TensorFlow and warnings write to stderr; without this a right answer would score 0.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"
c.Execute.timeout = 120
c.OverwriteCells.add_missing_cells = True
