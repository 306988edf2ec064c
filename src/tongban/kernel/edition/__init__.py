"""Editions: the figures of a month as one file that a stranger can count again and hold against the signed ledger.

A file is lines of JSON, each ending in a newline::

    head                what it is of, which edition, what it corrects and why
    definition …        one a figure: its text (canonical, hashed), its words
    population …        one a kind of case and way of counting: a row a case, only what definitions name
    figure …            one a definition: what the rows add up to, for the county and for its units
    proof               digests of all lines before, the ledger's entry that holds them, where that entry stands in
                        the signed tree, and that this tree only added to the one before

Digests are over the bytes of the lines as they stand. A line has one canonical writing, and any other is refused: what two readers
could understand in two ways is no proof::

    digest = SHA-256("tongban.figures.1\n" ‖ SHA-256(line 1) ‖ SHA-256(line 2) ‖ …)

Everything here is a pure function: the checks need no database and no network, and JavaScript does the same in a
reader's browser (``web/static/tongban/check.js``).
"""

FORMAT = "tongban.figures.1"
