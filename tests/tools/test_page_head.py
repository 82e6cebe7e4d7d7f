"""The head of a page is told what it must be, and leaves out what it need not carry."""

import page_head

HEAD = """<meta name="viewport" content="width=device-width"/>
<!-- So that users can add custom icons -->
<script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
<!-- Pre-loaded scripts that we'll load fully later -->
<script defer src="../_static/scripts/bootstrap.js"></script>
<script src="../_static/searchtools.js"></script>
<script src="../searchindex.js"></script>
<meta name="docsearch:language" content="en"/>
"""
KEPT = """<!-- Pre-loaded scripts that we'll load fully later -->
<script defer src="../_static/scripts/bootstrap.js"></script>
<meta name="docsearch:language" content="en"/>
"""


def test_icons_and_the_index_of_the_search_are_left_out_and_nothing_else():
    assert page_head.lightened(HEAD) == KEPT
