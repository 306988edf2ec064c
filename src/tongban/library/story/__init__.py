"""Scenarios: golden cases that an official can read, told on any rung (kernel, use cases, HTTP)."""

from tongban.library.story.rehearsal import rehearsal
from tongban.library.story.runner import Act, By, Did, Followed, Ground, Look, Opens, Runner, RunnerFactory
from tongban.library.story.telling import Report, Told, run_scenarios

__all__ = [
    "Act",
    "By",
    "Did",
    "Followed",
    "Ground",
    "Look",
    "Opens",
    "Report",
    "Runner",
    "RunnerFactory",
    "Told",
    "rehearsal",
    "run_scenarios",
]
