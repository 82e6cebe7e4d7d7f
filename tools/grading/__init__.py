"""Grading what students hand in, so that the code of a student decides nothing.

An exercise is tried by two processes, copies of one that has run the chapter. The *player*
runs the answer, behind walls (`walls`). The *judge* runs the hidden test: where the test
calls the function of the student, it asks the player over a pipe (`remote`), and believes
of the reply numbers, tensors, texts and lists of them, nothing that could run (`codec`).
The verdict is spoken where no line of the student's code ever was: it can be earned, and
not printed, patched or looked up.
"""
