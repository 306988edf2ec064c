"""Who works for the county and what they may; who asks, and proving that a case is theirs.

``load_people``      accounts and posts from a file
``people_of``        the same from a sheet of an office
``add_person``       one account
``actor_of``         what a signed-in account may do at a moment
``look_identity``    who asks, for a stated purpose, logged
``prove_ownership``  a resident's number and phone, with a limit on guessing
"""
