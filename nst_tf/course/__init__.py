"""What makes the algorithm teachable: exercises and their checks, figures, explorers. Lessons import it.

The algorithm knows nothing of it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__, ["algorithm", "checks", "exercises", "explorers", "plots", "solutions"], {"waiting": ["progress"]}
)
