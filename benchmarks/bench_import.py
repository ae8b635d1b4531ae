"""How long `import bioseq_course` takes beyond NumPy's own import, as whole processes."""

import statistics
import subprocess
import sys
import time

RUNS = 7


def seconds(code: str) -> float:
    """Return the median wall time of a Python process that runs ``code``."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    numpy_alone = seconds("import numpy")
    for module in ("bioseq_course", "bioseq_course.encode", "bioseq_course.splits"):
        extra = seconds(f"import numpy, {module}") - numpy_alone
        print(f"import {module:<22} {extra:6.3f} s beyond NumPy's {numpy_alone:.3f} s")
