"""A primary is lost while steps are taken: how long until the next one is accepted, and is any lost?

    make failover        (as root; python -m benches.failover [--seconds 15] [--clients 4])

Two database hosts and a web host, each a network namespace: PostgreSQL with a synchronous standby under Patroni, etcd on all
three, haproxy and tongban on the web host, with the very files of ``deploy/high-availability``. Clients open cases through
HTTP, each under a key of its own, and send a request again under the same key until it is acknowledged. Then

1. the server process of the primary is killed with signal 9 (its host lives on),
2. the whole host is: every process of it with signal 9,
3. the primary's network is cut: it lives on and may not go on as if nothing had happened.

After each the host comes back as standby. In the end every acknowledged case must be in the ledger, once, and it must verify.
Needs root, Debian's packages and Patroni from ``requirements/patroni.txt``, all of which it installs; without root it says so and ends with status 0.
Where something is missing in the end it says when that was acknowledged and whether the other host has it, and keeps what the programs said.
"""
