"""Steps that are about what the public may read, and about nothing else."""

from __future__ import annotations

from tongban.kernel.procedure.model import Kind, Publish, Step, TakeDown


def publishes(step: Step) -> bool:
    return any(isinstance(each, Publish) for each in step.may_follow)


def drafts(kind: Kind, step: Step) -> bool:
    """Whether somebody else releases what is written at this step: by one that asks nothing and judges it."""
    return any(
        step.id in release.judges and not release.form and publishes(release)
        for release in kind.steps.values()
    )


def for_the_public(kind: Kind, step: Step) -> bool:
    """Whether a step writes, releases or takes down a public text: it is no work on the matter itself."""
    takes_down = any(isinstance(each, TakeDown) for each in step.may_follow)
    return publishes(step) or (takes_down and not any(b.to for b in step.to)) or drafts(kind, step)
