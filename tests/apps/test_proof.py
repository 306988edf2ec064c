"""Receipts and checkpoints: what a resident can hold against the office, without asking it."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk_ground import TEXT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import checkpoint, latest, public_keys
from tongban.apps.proof.receipt import receipt
from tongban.kernel.commands import ANYBODY, Actor, ActorKind
from tongban.kernel.ledger.ed25519 import Ed25519Verifier
from tongban.kernel.ledger.receipt import verify_receipt
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]
