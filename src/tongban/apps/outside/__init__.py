"""Signing in through a platform that the office has already: it says who somebody is, and only a link here says which person that is.

``providers``  what the operator configured      ``oidc``       OpenID Connect, with everything it asks to be checked
``platforms``  DingTalk and WeCom, by their documents      ``linking``    whose account an answer belongs to
"""
