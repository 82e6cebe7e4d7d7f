"""Mutants of the studies, and of the tables that they wrote."""

from . import Mutant

STUDIES = [
    Mutant(
        "a study begins anew each time",
        "studies/table.py",
        "if not self.has(*task)",
        "",
        "tests/studies/test_table.py -k tasks_that_are_left",
    ),
    Mutant(
        "a table is not kept in the order of its keys",
        "studies/table.py",
        "for task in sorted(rows)]",
        "for task in rows]",
        "tests/studies/test_table.py -k keeps_them_in_order",
    ),
    Mutant(
        "the displaced blur is displaced by one pixel",
        "studies/data_efficiency/problems.py",
        "blur(shift=2)",
        "blur(shift=1)",
        "tests/studies/test_data_efficiency.py -k another_operator",
    ),
    Mutant(
        "photographs of the training serve in the test",
        "studies/data_efficiency/problems.py",
        "else names[9:]",
        "else names[5:]",
        "tests/studies/test_data_efficiency.py -k no_photograph",
    ),
    Mutant(
        "the diagonal forgets its weight",
        "studies/data_efficiency/closed_forms.py",
        "a_b / (b_b + mu)",
        "a_b / (b_b + 0 * mu)",
        "tests/studies/test_data_efficiency.py -k diagonal_minimises",
    ),
    Mutant(
        "the steps of the cooling Adam stay as they are",
        "studies/data_efficiency/networks.py",
        "(1 - self.taken / self.steps)",
        "1",
        "tests/studies/test_data_efficiency.py -k cooling",
    ),
    Mutant(
        "the worst weight is chosen",
        "studies/data_efficiency/closed_forms.py",
        "errors.argmin()",
        "errors.argmax()",
        "tests/studies/test_data_efficiency.py -k closed_row",
    ),
    Mutant(
        "the rate between two sizes is that of the other end",
        "studies/data_efficiency/__init__.py",
        "(1 - weight) * log(known[low][key])",
        "weight * log(known[low][key])",
        "tests/studies/test_data_efficiency.py",
    ),
    Mutant(
        "the second form has no penalty",
        "studies/two_forms.py",
        "LAM * torch.eye(len(A))",
        "0 * torch.eye(len(A))",
        "tests/studies/test_two_forms.py",
    ),
    Mutant(
        "the first round is counted",
        "studies/two_forms.py",
        "b / a for a, b in times[1:]",
        "b / a for a, b in times",
        "tests/studies/test_two_forms.py",
    ),
    Mutant(
        "the dense matrix is counted in double precision",
        "studies/spectral_cost.py",
        "4 * side**4",
        "8 * side**4",
        "tests/studies/test_spectral_cost.py",
    ),
    Mutant(
        "the peak of the memory is what is left at the end",
        "studies/spectral_cost.py",
        "max(highest, held)",
        "held",
        "tests/studies/test_spectral_cost.py",
    ),
    Mutant(
        "the noise of sparse scenes is an amplitude in dB",
        "studies/unrolling.py",
        "float(noise_db[:2]) / 20",
        "float(noise_db[:2]) / 10",
        "tests/studies/test_unrolling.py -m 'not slow'",
    ),
    Mutant(
        "test signals are those of the training",
        "studies/unrolling.py",
        "test = 50_000 +",
        "test = 2_000 +",
        "tests/studies/test_unrolling.py -m 'not slow'",
    ),
    Mutant(
        "photographs of the validation are trained on",
        "studies/unrolled_photographs.py",
        "names[0::2] if name not in VALIDATION",
        "names[0::2]",
        "tests/studies/test_unrolled_photographs.py -m 'not slow'",
    ),
    Mutant(
        "the error is a ratio of squares",
        "studies/unrolled_photographs.py",
        "/ (g - f).norm(dim=(1, 2))",
        "/ (g - f).square().sum(dim=(1, 2))",
        "tests/studies/test_unrolled_photographs.py -m 'not slow'",
    ),
    Mutant(
        "slices are not halved",
        "studies/tomography/slices.py",
        "album[name] / 2",
        "album[name]",
        "tests/studies/test_tomography.py -m 'not slow'",
    ),
    Mutant(
        "estimates are not clipped before they are scored",
        "studies/tomography/scores.py",
        "psnr(f_hat.clamp(0, 1), f)",
        "psnr(f_hat, f)",
        "tests/studies/test_tomography.py -m 'not slow'",
    ),
    Mutant(
        "Wiener's factors forget the noise",
        "studies/infrared/layers.py",
        "variance + (camera()",
        "variance + 0 * (camera()",
        "tests/studies/test_infrared.py -m 'not slow'",
    ),
    Mutant(
        "a head that may correct the radiance does not",
        "course_utils/networks.py",
        "if channels == 4:",
        "if channels == 5:",
        "tests/package/test_networks.py -k fourth_channel",
    ),
]

TABLES = [
    Mutant(
        "a row of the table of tomography has another seed",
        "course_utils/tables/tomography.json",
        '"photons": 0, "data": "fine", "K": 0, "seed": 2, "validation": 30.517',
        '"photons": 0, "data": "fine", "K": 0, "seed": 3, "validation": 30.517',
        "tests/studies/test_studies.py -k tasks_and_no_others",
    ),
    Mutant(
        "a network trains on the photographs that the page shows",
        "studies/front_page.py",
        "n not in PAGE + VALIDATION",
        "n not in VALIDATION",
        "tests/studies/test_front_page.py",
    ),
    Mutant(
        "a number in the table of spectral costs is mistyped",
        "course_utils/tables/spectral-cost.json",
        '"dense_gb": 17.179869184',
        '"dense_gb": 17.719869184',
        "tests/studies/test_spectral_cost.py",
    ),
]

MUTANTS = [
    *STUDIES,
    *TABLES,
]
