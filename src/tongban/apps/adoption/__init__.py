"""Adopting practices: what stands on the shelf, whether it is sound, what it would change, taking it on.

``shelf``    practices that can be adopted and those that are
``show``     one practice in words
``check``    every fault of a practice's folder; ``tell`` tells its scenarios
``adopt``    take a practice on, with the county's own settings
``preview``  what a draft would change, replayed over the cases of the last year
"""
