"""Telling people: what the ledger says is due to somebody becomes a message, goes out, and is receipted.

``send_due``   everything whose turn it is (the worker's)
``send_code``  a code to a number, now (whoever signs a resident in)
``hear_receipt``  what a gateway reports of a message
"""
