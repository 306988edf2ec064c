"""JSON API, version 1: every use case of the foundation over HTTP.

``route``     what a route is, and what a handler gets and gives
``routes``    the table of all routes: addresses and OpenAPI come from it
``door``      one request, from bytes to bytes: limits, token, reading, handler, problem or answer
``callers``   who is calling
``problems``  refusals as RFC 9457 problem details
``openapi``   the description of it all, written to ``docs/reference/openapi.yaml``
"""
