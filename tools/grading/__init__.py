"""Grading what students hand in, so that the code of a student decides nothing.

An exercise is tried by two processes, copies of one that has run the chapter. The *player*
runs the answer, behind walls (`walls`). The *judge* runs the hidden test: where the test
calls the function of the student, it asks the player over a pipe (`remote`), and believes
of the reply numbers, tensors, texts and lists of them, nothing that could run (`codec`).
The verdict is spoken where no line of the student's code ever was: it can be earned, and
not printed, patched or looked up.

Why a grader of our own: nbgrader 0.9.6 and otter-grader 7.0.0 can be installed beside the
pinned JupyterLab, and nbgrader works with a course as it is released here, whose layout and
metadata are its own. But both run the tests in the process of the answer, as the user who
grades and with the network. An answer that patches `quick.check` earned full marks from
nbgrader, and one that ends its process got no mark at all, nor did the rest of its notebook
(tests/tools/test_grading.py has these submissions). So nbgrader may collect and export
what is released; the marks come from here.
"""
