"""Acts that one person asks for and another confirms within a day: asked, confirmed, declined, run out, told.

``kinds``    which acts these are, what they do, and what must not have changed meanwhile
``asking``   doing one at once where one person may, else keeping it for another
``deciding`` confirming, declining, running out
``reading``  what waits and what became of the rest, in words
"""
