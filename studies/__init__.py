"""Studies that take longer than a chapter may: each fills a table of course_utils/tables.

``course_utils/tables/two-forms.json`` is the table of ``studies/two_forms.py``, and so on;
``python -m studies --help`` lists them.
"""
