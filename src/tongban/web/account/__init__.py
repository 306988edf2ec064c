"""One's own account: password, second factors, where one is signed in."""
