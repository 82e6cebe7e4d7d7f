"""All mutants, room by room."""

from . import (
    of_asking,
    of_benchmarks,
    of_drawings,
    of_figures,
    of_late_figures,
    of_networks,
    of_package,
    of_pages,
    of_studies,
    of_tools,
)

ROOMS = (
    of_asking,
    of_package,
    of_drawings,
    of_figures,
    of_late_figures,
    of_networks,
    of_pages,
    of_studies,
    of_tools,
    of_benchmarks,
)
MUTANTS = [mutant for room in ROOMS for mutant in room.MUTANTS]
