"""Pages, by audience: residents, desks, leaders, the public, and the studio where practices are adopted."""
